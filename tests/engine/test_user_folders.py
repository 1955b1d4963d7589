"""Caches and logs are the user's, in the places that the system has for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.base.kept_files import kept
from engine.base.user_folders import (
    KEY_NAME,
    cache_folder,
    config_folder,
    kernel_key,
    log_folder,
    prepare_numba_cache,
    why_not_kept,
)


@pytest.fixture(autouse=True)
def no_choice_yet(monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.setenv("CASCADE_KERNEL_KEY", "")


def test_that_folders_are_in_the_users_home(home):
    assert cache_folder().is_relative_to(home)
    assert log_folder().is_relative_to(home)


def test_that_kernels_are_kept_in_the_users_cache():
    folder = prepare_numba_cache()
    assert folder == cache_folder() / "kernels"
    assert folder.is_dir()
    assert os.environ["NUMBA_CACHE_DIR"] == str(folder)
    assert prepare_numba_cache(Path("elsewhere")) == folder


def test_that_a_profile_has_its_own_cache(tmp_path):
    assert prepare_numba_cache(tmp_path / "cache") == tmp_path / "cache" / "kernels"


def test_that_a_cache_chosen_by_the_user_stays(monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine")
    assert prepare_numba_cache() == Path("mine")


def test_that_without_a_place_to_keep_kernels_they_go_to_a_temporary_one(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = prepare_numba_cache(blocked)
    assert folder.parent == tmp_path
    assert folder.is_dir()
    assert "folder cannot be written" in why_not_kept()


def test_that_the_key_of_compiled_kernels_is_kept_with_the_settings_and_is_one_for_all_processes():
    key = kernel_key()
    assert (config_folder() / KEY_NAME).read_bytes() == key
    assert os.environ["CASCADE_KERNEL_KEY"] == str(config_folder() / KEY_NAME)
    assert kernel_key() == key


def test_that_a_profile_brings_no_key_of_its_own(tmp_path):
    prepare_numba_cache(tmp_path / "cache")
    kernel_key()
    assert why_not_kept() == ""
    assert [path.name for path in tmp_path.rglob("*")] == ["cache", "kernels"]


def test_that_a_key_that_cannot_be_kept_lasts_as_long_as_the_process(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("engine.base.user_folders.config_folder", lambda: blocked)
    assert len(kernel_key()) == 32
    assert Path(os.environ["CASCADE_KERNEL_KEY"]).parent.parent == tmp_path
    assert "key cannot be kept" in why_not_kept()
    assert "key cannot be kept" in kept.__wrapped__().problem
