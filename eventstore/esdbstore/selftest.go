package esdbstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// probe is a stream of ours that never exists. A server looks at who asks before
// it looks at the version, so what is tried on it with a version that it cannot
// have changes nothing, whoever asks.
const (
	probe        = "~probe"
	probeVersion = 1 << 40
)

// test stops the Store unless the server refuses this account what would let
// it cut or delete the record: servers are shipped with a list that lets
// everybody. Whoever takes over the program then has that power too.
func (s *Store) test(ctx context.Context) error {
	name := s.prefix + probe
	never := esdb.Revision(probeVersion)
	for _, t := range []struct {
		what string
		try  func(context.Context, *esdb.Client) (any, error)
	}{
		{"write metadata of streams", func(ctx context.Context, c *esdb.Client) (any, error) {
			return c.SetStreamMetadata(ctx, name, esdb.AppendToStreamOptions{ExpectedRevision: never}, esdb.StreamMetadata{})
		}},
		{"delete streams", func(ctx context.Context, c *esdb.Client) (any, error) {
			return c.DeleteStream(ctx, name, esdb.DeleteStreamOptions{ExpectedRevision: never})
		}},
		{"delete streams for good", func(ctx context.Context, c *esdb.Client) (any, error) {
			return c.TombstoneStream(ctx, name, esdb.TombstoneStreamOptions{ExpectedRevision: never})
		}},
	} {
		if err := s.tryOut(ctx, t.what, t.try); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) tryOut(ctx context.Context, what string, try func(context.Context, *esdb.Client) (any, error)) error {
	var answer error
	err := s.persist(ctx, func() (bool, error) {
		_, answer = ask(ctx, s.session, try)
		return false, answer
	})
	if e, ok := errors.AsType[*esdb.Error](answer); ok && e.Code() == esdb.ErrorCodeAccessDenied {
		return nil
	}
	switch k := kindOf(err); {
	case k == lost, k == unclear, ctx.Err() != nil:
		return fmt.Errorf("try whether the account may %s: %w", what, err)
	case errors.Is(err, errClosed):
		return err
	}
	if e, ok := errors.AsType[*esdb.Error](answer); ok && e.Code() == esdb.ErrorCodeUnauthenticated {
		return fmt.Errorf("sign in: %w", answer)
	}
	_ = s.stop(fmt.Errorf("the account may %s, and so cut or remove what is recorded: set a default access list without that, and use an account that is no administrator", what))
	return nil
}
