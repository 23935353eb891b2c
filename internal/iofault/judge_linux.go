//go:build amd64 || arm64

package iofault

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// An Op is a kind of call.
type Op string

// The kinds of call that are judged.
const (
	Create   Op = "create" // or open to empty it
	Write    Op = "write"
	Truncate Op = "truncate"
	Sync     Op = "sync"
	Rename   Op = "rename"
	Link     Op = "link"
	Mkdir    Op = "mkdir"
	Remove   Op = "remove"
)

// A Call is about to happen in the program under test.
type Call struct {
	Op   Op
	Path string // absolute; of a rename or a link, the new name
}

// A Judge says how a call ends: zero lets it go on, and anything else is the
// error that the program gets instead. It is called by one goroutine for each
// process.
type Judge func(Call) unix.Errno

// Listen returns the socket at path, for Serve. Its name is what Variable holds.
func Listen(path string) (*net.UnixListener, error) {
	return net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
}

// Serve judges the calls of the next process that connects, until it ends.
func Serve(l *net.UnixListener, judge Judge) error {
	c, err := l.AcceptUnix()
	if err != nil {
		return err
	}
	listener, err := receive(c)
	if err := errors.Join(err, c.Close()); err != nil {
		return err
	}
	defer unix.Close(listener)
	for {
		if over, err := answerOne(listener, judge); over || err != nil {
			return err
		}
	}
}

// receive returns the file descriptor that comes over c.
func receive(c *net.UnixConn) (int, error) {
	rights := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := c.ReadMsgUnix(make([]byte, 1), rights)
	if err != nil {
		return 0, fmt.Errorf("receive the listener: %w", err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil || len(messages) != 1 {
		return 0, fmt.Errorf("receive the listener: %d messages: %w", len(messages), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return 0, fmt.Errorf("receive the listener: %d files: %w", len(fds), err)
	}
	return fds[0], nil
}

// A notification is struct seccomp_notif, and a response struct seccomp_notif_resp.
type (
	notification struct {
		id    uint64
		pid   uint32
		flags uint32
		nr    int32
		arch  uint32
		ip    uint64
		args  [6]uint64
	}
	response struct {
		id    uint64
		val   int64
		err   int32
		flags uint32
	}
)

// answerOne answers the next call. It is over when the process is.
func answerOne(listener int, judge Judge) (over bool, err error) {
	poll := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
	if _, err := unix.Poll(poll, -1); err != nil {
		return false, ignore(err, unix.EINTR)
	}
	if poll[0].Revents&unix.POLLIN == 0 {
		return true, nil
	}
	var n notification
	if errno := ioctl(listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)); errno != 0 {
		return false, ignore(errno, unix.EINTR, unix.ENOENT) // the caller was killed, or interrupted
	}
	r := response{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	if c, ok := calls[uint32(n.nr)]; ok {
		if name, ok := c.name(&n); ok {
			if errno := judge(Call{c.op, name}); errno != 0 {
				r.err, r.flags = -int32(errno), 0
			}
		}
	}
	if errno := ioctl(listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r)); errno != 0 {
		return false, ignore(errno, unix.ENOENT)
	}
	return false, nil
}

func ioctl(fd int, request uintptr, arg unsafe.Pointer) unix.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg))
	return errno
}

func ignore(err error, these ...unix.Errno) error {
	for _, e := range these {
		if errors.Is(err, e) {
			return nil
		}
	}
	return err
}

// A call says what a system call does, and to which file.
type call struct {
	op   Op
	name func(n *notification) (path string, ok bool) // not ok for what is no file
}

// file names an open file, by the argument that holds its number.
func file(arg int) func(*notification) (string, bool) {
	return func(n *notification) (string, bool) {
		name, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", n.pid, int32(n.args[arg])))
		return strings.TrimSuffix(name, " (deleted)"), err == nil && strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "/dev/")
	}
}

// path names a file by the argument that points to its path.
func path(arg int) func(*notification) (string, bool) {
	return func(n *notification) (string, bool) { return resolve(n, "cwd", n.args[arg]) }
}

// pathAt names a file by the arguments that hold a folder and point to a path.
func pathAt(folder, arg int) func(*notification) (string, bool) {
	return func(n *notification) (string, bool) {
		from := "cwd"
		if fd := int32(n.args[folder]); fd != unix.AT_FDCWD {
			from = fmt.Sprintf("fd/%d", fd)
		}
		return resolve(n, from, n.args[arg])
	}
}

// resolve reads a path from the memory of the caller.
func resolve(n *notification, from string, address uint64) (string, bool) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/mem", n.pid))
	if err != nil {
		return "", false
	}
	defer f.Close()
	text := make([]byte, unix.PathMax)
	size, _ := f.ReadAt(text, int64(address)) // it may end where the memory does
	name, _, whole := bytes.Cut(text[:size], []byte{0})
	if !whole {
		return "", false
	}
	if filepath.IsAbs(string(name)) {
		return filepath.Clean(string(name)), true
	}
	dir, err := os.Readlink(fmt.Sprintf("/proc/%d/%s", n.pid, from))
	return filepath.Join(dir, string(name)), err == nil
}
