"""Whether the main experiment learns in an environment that makes its data, as in reinforcement learning."""

from __future__ import annotations

from ..program import Program

SIMULATORS = frozenset(
    "gym gymnasium gymnax dm_control dm_env pybullet pybullet_envs mujoco mujoco_py mjrl ale_py atari_py procgen "
    "minigrid gym_minigrid highway_env vizdoom pettingzoo stable_baselines3 stable_baselines baselines sb3_contrib "
    "rllib brax envpool mlagents_envs unityagents nle crafter carla robosuite metaworld retro isaacgym isaaclab "
    "jumanji kaggle_environments supersuit smac smacv2 pysc2 pgx open_spiel pyspiel textworld babyai magent gfootball "
    "rlcard vmas navix craftax habitat ai2thor safety_gym safety_gymnasium acme tianshou bsuite "
    "gym_super_mario_bros pygame_learning_environment".split()
)
RECORDED = frozenset("d4rl minari rlds tensorflow_datasets".split())  # sets of what other agents met


def is_simulated(program: Program) -> bool:
    """Recorded experience is a data set, however it was gathered."""
    return bool(SIMULATORS & program.modules) and not RECORDED & program.modules
