"""An imported name leads to the distributions that provide it."""

from __future__ import annotations

import pytest

from repro_audit.facts.distributions import (
    distribution_of,
    is_known_import,
    is_stdlib,
    meanings_of,
    names_of,
    normalise_name,
)


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("sklearn", "scikit-learn"),
        ("cv2", "opencv-python"),
        ("PIL", "pillow"),
        ("yaml", "pyyaml"),
        ("skimage", "scikit-image"),
        ("attr", "attrs"),
        ("mpl_toolkits", "matplotlib"),
        ("google.cloud.storage", "google-cloud-storage"),
        ("tensorflow_core.python.keras", "tensorflow"),
        ("nobody_ever_published_this", "nobody-ever-published-this"),
    ],
)
def test_a_module_leads_to_its_distribution(module: str, distribution: str) -> None:
    assert distribution_of(module) == distribution


@pytest.mark.parametrize(
    ("module", "declared"),
    [
        ("cv2", "opencv-contrib-python-headless"),
        ("tensorflow", "tensorflow-gpu"),
        ("torch", "pytorch"),
        ("sklearn", "sklearn"),
        ("faiss", "faiss-gpu"),
        ("PIL", "Pillow"),
    ],
)
def test_every_flavour_and_channel_name_provides_the_module(module: str, declared: str) -> None:
    assert names_of(module) & meanings_of(declared)


def test_words_of_everyday_are_no_well_known_packages() -> None:
    assert is_known_import("torch")
    assert not any(is_known_import(word) for word in ("utils", "data", "models", "config", "train"))


def test_the_standard_library_of_python_2_is_one_too() -> None:
    assert all(is_stdlib(name) for name in ("os.path", "cPickle", "urllib2", "distutils"))


def test_names_compare_as_pep_503_says() -> None:
    assert normalise_name("Foo__Bar.baz") == "foo-bar-baz"
