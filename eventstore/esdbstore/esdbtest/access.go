package esdbtest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	grpcmeta "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// What may be asked of a stream, as access lists name it.
const (
	reading     = "$r"
	writing     = "$w"
	deleting    = "$d"
	readingMeta = "$mr"
	writingMeta = "$mw"
)

// may refuses what the caller may not do to a stream. The list of everybody's
// streams is the one our operators are told to set, or the one that servers are
// shipped with; a stream's own metadata can only be narrower.
func (c *Cluster) may(ctx context.Context, what, stream string) error {
	if c.config.Insecure {
		return nil
	}
	who, err := c.caller(ctx)
	if err != nil {
		return err
	}
	if slices.Contains(c.config.Admins, who) {
		return nil
	}
	if of, ok := strings.CutPrefix(stream, "$$"); ok {
		stream = of
		what = map[string]string{reading: readingMeta, writing: writingMeta, deleting: writingMeta}[what]
	}
	denied := isSystem(stream) && !(stream == "$all" && what == reading)
	if !c.config.Shipped && (what == deleting && !c.config.Deletes || what == writingMeta) {
		denied = true
	}
	if c.narrowed(stream, what) {
		denied = true
	}
	if denied {
		return fail(ctx, codes.PermissionDenied, "Access Denied", "exception", "access-denied")
	}
	return nil
}

// narrowed reports whether a stream's own access list leaves what to administrators.
func (c *Cluster) narrowed(stream, what string) bool {
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	var acl map[string]any
	if json.Unmarshal(c.log.metadataOf(stream).ACL, &acl) != nil {
		return false
	}
	return acl[what] == "$admins"
}

// caller returns who calls, or nobody. Clients send a password over TLS alone.
func (c *Cluster) caller(ctx context.Context) (string, error) {
	md, _ := grpcmeta.FromIncomingContext(ctx)
	given := md.Get("authorization")
	if len(given) == 0 {
		return "", nil
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(given[0], "Basic "))
	name, password, _ := strings.Cut(string(plain), ":")
	if want, ok := c.config.Accounts[name]; err != nil || !ok || password != want {
		return "", status.Error(codes.Unauthenticated, "Unauthenticated")
	}
	return name, nil
}
