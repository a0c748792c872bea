"""Run a command with the network cut off, where the system can do that: `python tools/offline.py COMMAND ...`.

On Linux the command gets a network namespace of its own, in which only the loopback is up: notebooks' kernels are
spoken to through 127.0.0.1. Elsewhere, or where namespaces are forbidden, it runs with the network and says so.
VIT_COURSE_OFFLINE=1 tells the command that the network is cut.
"""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of <sched.h>
SET_FLAGS, UP = 0x8914, 0x1  # SIOCSIFFLAGS of <linux/sockios.h>, IFF_UP of <linux/if.h>


def enter_namespace() -> None:
    """Leave the network for an empty one; OSError where this is not allowed.

    Only an administrator may do so in the ordinary user namespace; in one of his own everybody is one.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(NEW_NETWORK) != 0:
        if libc.unshare(NEW_USER | NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "no namespace")
        for file, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{file}", "w") as mapping:
                mapping.write(text)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def main(command: list[str]) -> int:
    process = os.fork()
    if process == 0:  # the trial: what fails half-way must not leave its mark on the command
        try:
            enter_namespace()
        except (OSError, AttributeError):
            os._exit(1)
        os._exit(0)
    possible = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    environment = {**os.environ, "VIT_COURSE_OFFLINE": "1" if possible else ""}
    print("Network: cut off (only the loopback is up)." if possible else "Network: this system cannot cut it off.")
    sys.stdout.flush()
    if possible:
        enter_namespace()
    return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
