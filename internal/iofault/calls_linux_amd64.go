package iofault

import "golang.org/x/sys/unix"

const auditArch = 0xc000003e // AUDIT_ARCH_X86_64

// calls are the system calls that are judged, by number.
var calls = map[uint32]call{
	unix.SYS_OPENAT:    {Create, pathAt(0, 1)},
	unix.SYS_OPEN:      {Create, path(0)},
	unix.SYS_WRITE:     {Write, file(0)},
	unix.SYS_PWRITE64:  {Write, file(0)},
	unix.SYS_FSYNC:     {Sync, file(0)},
	unix.SYS_FDATASYNC: {Sync, file(0)},
	unix.SYS_FTRUNCATE: {Truncate, file(0)},
	unix.SYS_RENAME:    {Rename, path(1)},
	unix.SYS_RENAMEAT:  {Rename, pathAt(2, 3)},
	unix.SYS_RENAMEAT2: {Rename, pathAt(2, 3)},
	unix.SYS_LINK:      {Link, path(1)},
	unix.SYS_LINKAT:    {Link, pathAt(2, 3)},
	unix.SYS_MKDIR:     {Mkdir, path(0)},
	unix.SYS_MKDIRAT:   {Mkdir, pathAt(0, 1)},
	unix.SYS_UNLINK:    {Remove, path(0)},
	unix.SYS_UNLINKAT:  {Remove, pathAt(0, 1)},
	unix.SYS_RMDIR:     {Remove, path(0)},
}

// flags says which argument of a call that opens a file holds its flags.
var flags = map[uint32]int{unix.SYS_OPENAT: 2, unix.SYS_OPEN: 1}
