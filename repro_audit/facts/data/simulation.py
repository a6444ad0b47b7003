"""Whether the main experiment makes its data: it learns in an environment, or draws them itself."""

from __future__ import annotations

import re

from ..program import Program
from ..regex import regex

SIMULATORS = frozenset(
    "gym gymnasium gymnax dm_control dm_env pybullet pybullet_envs mujoco mujoco_py mjrl ale_py atari_py procgen "
    "minigrid gym_minigrid highway_env vizdoom pettingzoo stable_baselines3 stable_baselines baselines sb3_contrib "
    "rllib brax envpool mlagents_envs unityagents nle crafter carla robosuite metaworld retro isaacgym isaaclab "
    "jumanji kaggle_environments supersuit smac smacv2 pysc2 pgx open_spiel pyspiel textworld babyai magent gfootball "
    "rlcard vmas navix craftax habitat ai2thor safety_gym safety_gymnasium acme tianshou bsuite "
    "gym_super_mario_bros pygame_learning_environment".split()
)
RECORDED = frozenset("d4rl minari rlds tensorflow_datasets".split())  # sets of what other agents met


MAKER = regex(
    r"(?:generat|creat|mak|simulat|synth|toy)\w*?_?(?:images?|data|samples?|signals?|points|series|toy|dataset|problem)"
    r"|(?:data|toy|synthetic|sample|image)_?(?:generator|maker|factory)",
    re.IGNORECASE,
)
VALUES = regex(
    r"^(?:numpy|jax)\.random\.(?:rand|randn|randint|random|random_sample|normal|uniform|standard_normal|bernoulli"
    r"|multivariate_normal|integers|poisson|binomial)$|^torch\.(?:rand|randn|randint|normal)$"
)


def is_generated(program: Program) -> bool:
    """Whether reached code makes its data of random values, in something whose name says so."""
    return any(VALUES.match(c.name) and MAKER.search(c.unit.name) for c in program.calls)


def is_simulated(program: Program) -> bool:
    """Recorded experience is a data set, however it was gathered."""
    return bool(SIMULATORS & program.modules) and not RECORDED & program.modules
