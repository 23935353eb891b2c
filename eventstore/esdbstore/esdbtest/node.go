package esdbtest

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	grpcmeta "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// A node is one server of a cluster.
type node struct {
	cluster *Cluster
	index   int
	address string // where it listens; set once

	mu     sync.Mutex
	server *grpc.Server // nil while it is down
	listen net.Listener // the server's
	has    uint64       // the position below which it has everything; guarded by the log
	conns  map[net.Conn]struct{}
	frozen chan struct{} // closed at the thaw; nil if it answers
}

// enforcement lets clients ping every ten seconds, also while they ask nothing.
var enforcement = keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}

func (n *node) up() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.server != nil {
		return fmt.Errorf("node %d is up", n.index)
	}
	l, err := net.Listen("tcp", n.address)
	if err != nil {
		return err
	}
	n.conns = map[net.Conn]struct{}{}
	options := []grpc.ServerOption{grpc.KeepaliveEnforcementPolicy(enforcement), grpc.MaxRecvMsgSize(16 << 20), grpc.StreamInterceptor(n.gateStream), grpc.UnaryInterceptor(n.gate)}
	if id := n.cluster.tls; id != nil {
		options = append(options, grpc.Creds(credentials.NewServerTLSFromCert(&id.cert)))
	}
	n.server, n.listen = grpc.NewServer(options...), l
	streams.RegisterStreamsServer(n.server, &streamsService{node: n})
	gossip.RegisterGossipServer(n.server, &gossipService{node: n})
	serverfeatures.RegisterServerFeaturesServer(n.server, &featuresService{node: n})
	serve(n.server, &listener{Listener: l, node: n})
	return nil
}

func (n *node) down() {
	n.thaw()
	n.mu.Lock()
	s, l := n.server, n.listen
	n.server, n.listen = nil, nil
	n.mu.Unlock()
	if s != nil {
		s.Stop()
		_ = l.Close() // the server does not know of it before it serves
	}
}

func (n *node) running() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.server != nil
}

// cut drops the connections there are.
func (n *node) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.conns {
		c.Close()
	}
}

func (n *node) freeze() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.frozen == nil {
		n.frozen = make(chan struct{})
	}
}

func (n *node) thaw() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.frozen != nil {
		close(n.frozen)
		n.frozen = nil
	}
}

// wait holds a call while the node is frozen.
func (n *node) wait(ctx context.Context) error {
	n.mu.Lock()
	frozen := n.frozen
	n.mu.Unlock()
	if frozen == nil {
		return nil
	}
	select {
	case <-frozen:
		return nil
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
}

func (n *node) gate(ctx context.Context, req any, _ *grpc.UnaryServerInfo, h grpc.UnaryHandler) (any, error) {
	if err := n.wait(ctx); err != nil {
		return nil, err
	}
	return h(ctx, req)
}

func (n *node) gateStream(srv any, s grpc.ServerStream, _ *grpc.StreamServerInfo, h grpc.StreamHandler) error {
	if err := n.wait(s.Context()); err != nil {
		return err
	}
	return h(srv, s)
}

// leads refuses a call that wants the leader, or must have it, on another node,
// and names the leader.
func (n *node) leads(ctx context.Context, must bool) error {
	md, _ := grpcmeta.FromIncomingContext(ctx)
	wanted := md.Get("requires-leader")
	leader := n.cluster.Leader()
	if leader == n.index || !must && (len(wanted) == 0 || wanted[0] != "true") {
		return nil
	}
	host, port, err := net.SplitHostPort(n.cluster.nodes[leader].address)
	if err != nil {
		return err
	}
	return fail(ctx, codes.NotFound, "Leader info available", "exception", "not-leader", "leader-endpoint-host", host, "leader-endpoint-port", port)
}

// below is the position below which the node sees the log, which is locked. A
// node never loses what it has.
func (n *node) below() uint64 {
	lag := n.cluster.config.Lag
	if n.cluster.Leader() == n.index {
		lag = 0
	}
	n.has = min(max(n.has, n.cluster.log.seen(lag)), n.cluster.log.next)
	return n.has
}

// endpoint is where the node listens, as gossip has it.
func (n *node) endpoint() *gossip.EndPoint {
	host, port, _ := net.SplitHostPort(n.address)
	p, _ := strconv.ParseUint(port, 10, 16)
	return &gossip.EndPoint{Address: host, Port: uint32(p)}
}

// fail is an error as servers word it: for programs, in the trailers.
func fail(ctx context.Context, code codes.Code, text string, trailers ...string) error {
	if err := grpc.SetTrailer(ctx, grpcmeta.Pairs(trailers...)); err != nil {
		return err
	}
	return status.Error(code, text)
}
