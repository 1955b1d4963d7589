"""What others can write, or could have written, is not the user's own; his key is nobody else's."""

from __future__ import annotations

import os
import sys

import pytest

from engine.base.own_files import KEY_BYTES, own_key, why_not_own

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions are another matter there")


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (0o700, ""),
        (0o755, ""),
        (0o770, "can be written by others"),
        (0o757, "can be written by others"),
        (0o1777, "can be written by others"),
    ],
)
def test_that_a_folder_that_others_can_write_is_not_the_users_own(tmp_path, mode, why):
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(mode)
    assert why_not_own(folder) == why


def test_that_a_link_is_not_the_users_own_whatever_it_leads_to(tmp_path):
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    assert why_not_own(tmp_path / "link") == "is a link"


def test_that_a_folder_of_another_user_is_not_the_users_own(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert why_not_own(tmp_path) == "belongs to another user"


def test_that_a_key_is_made_once_and_only_its_user_can_read_it(tmp_path):
    path = tmp_path / "settings" / "key"
    key = own_key(path)
    assert len(key) == KEY_BYTES
    assert own_key(path) == key
    assert own_key(tmp_path / "other") != key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_that_a_key_that_others_can_read_or_write_is_replaced(tmp_path, mode):
    path = tmp_path / "key"
    key = own_key(path)
    path.chmod(mode)
    assert own_key(path) != key
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("held", [b"", b"short", bytes(KEY_BYTES + 1)])
def test_that_a_cut_key_is_replaced(tmp_path, held):
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(held)
    assert own_key(path) != held
    assert len(path.read_bytes()) == KEY_BYTES


def test_that_a_link_in_the_keys_place_is_replaced_and_not_followed(tmp_path):
    target = tmp_path / "target"
    theirs = own_key(target)
    (tmp_path / "key").symlink_to(target)
    assert own_key(tmp_path / "key") != theirs
    assert not (tmp_path / "key").is_symlink()


def test_that_a_key_that_cannot_be_kept_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        own_key(tmp_path / "file" / "key")
