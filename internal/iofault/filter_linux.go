//go:build amd64 || arm64

// Package iofault makes system calls that change files fail, for tests of a
// real program. The program runs unchanged in a process of its own: the kernel
// asks this package about each of its calls, by seccomp's user notification,
// which needs neither root nor a special file system. So a test sees every file
// that the program writes, whatever library writes it, and can have any of the
// calls fail for as long as it wants.
package iofault

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Variable names the environment variable that tells a program where its calls
// are judged: the path of a socket.
const Variable = "RAPPORTEUR_TEST_IOFAULT"

// Obey lets whoever listens at the socket judge the calls of this process from
// now on. Call it first in a program under test. With an empty socket it does
// nothing.
func Obey(socket string) error {
	if socket == "" {
		return nil
	}
	to, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer unix.Close(to)
	if err := unix.Connect(to, &unix.SockaddrUnix{Name: socket}); err != nil {
		return fmt.Errorf("connect to %s: %w", socket, err)
	}
	listener, err := install()
	if err != nil {
		return err
	}
	defer unix.Close(listener)
	// Not by a write: that would wait for an answer.
	return os.NewSyscallError("sendmsg", unix.Sendmsg(to, []byte{0}, unix.UnixRights(listener), nil, 0))
}

// install installs the filter for all threads, and returns what it asks.
func install() (listener int, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return 0, fmt.Errorf("no new privileges: %w", err)
	}
	f := filter()
	program := unix.SockFprog{Len: uint16(len(f)), Filter: &f[0]}
	const all = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_TSYNC | unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, all|unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, uintptr(unsafe.Pointer(&program)))
	if errno == unix.EINVAL { // a kernel before 5.19
		fd, _, errno = unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, all, uintptr(unsafe.Pointer(&program)))
	}
	if errno != 0 {
		return 0, fmt.Errorf("seccomp: %w", errno)
	}
	return int(fd), nil
}

// Offsets in struct seccomp_data.
const (
	offsetNumber = 0
	offsetArch   = 4
	offsetArgs   = 16
)

// filter asks about the calls that are judged, and lets all others pass. Of
// those that open a file it asks only about what may make or empty one.
func filter() []unix.SockFilter {
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	end := func(verdict uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: verdict}
	}
	equal := func(k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: k}
	}
	f := []unix.SockFilter{
		load(offsetArch), {Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: auditArch}, end(unix.SECCOMP_RET_ALLOW),
		load(offsetNumber),
	}
	for _, nr := range slices.Sorted(maps.Keys(calls)) {
		at, opens := flags[nr]
		if !opens {
			f = append(f, equal(nr), end(unix.SECCOMP_RET_USER_NOTIF))
			continue
		}
		test := unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jf: 1, K: unix.O_CREAT | unix.O_TRUNC}
		branch := []unix.SockFilter{load(offsetArgs + 8*uint32(at)), test, end(unix.SECCOMP_RET_USER_NOTIF), end(unix.SECCOMP_RET_ALLOW)}
		skip := equal(nr)
		skip.Jf = uint8(len(branch))
		f = append(append(f, skip), branch...)
	}
	return append(f, end(unix.SECCOMP_RET_ALLOW))
}
