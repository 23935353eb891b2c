package esdbtest

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

// gossipService tells clients of a node who leads.
type gossipService struct {
	gossip.UnimplementedGossipServer
	node *node
}

// Read implements gossip.GossipServer.
func (s *gossipService) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	c := s.node.cluster
	leader := c.Leader()
	info := &gossip.ClusterInfo{}
	for i, n := range c.nodes {
		state := gossip.MemberInfo_Follower
		if i == leader {
			state = gossip.MemberInfo_Leader
		}
		info.Members = append(info.Members, &gossip.MemberInfo{State: state, IsAlive: n.running(), HttpEndPoint: n.endpoint()})
	}
	return info, nil
}

// featuresService says what a server can do.
type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
	node *node
}

// GetSupportedMethods implements serverfeatures.ServerFeaturesServer.
func (s *featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	return &serverfeatures.SupportedMethods{
		EventStoreServerVersion: s.node.cluster.config.Version,
		Methods: []*serverfeatures.SupportedMethod{
			{ServiceName: "event_store.client.streams.streams", MethodName: "append"},
			{ServiceName: "event_store.client.streams.streams", MethodName: "read", Features: []string{"position", "events"}},
		},
	}, nil
}
