package graph

import "context"

// spawn runs a stream's producer. A panic or fault ends that stream alone, and
// is noted.
func spawn(ctx context.Context, produce func() error) {
	go func() {
		defer func() {
			if p := recover(); p != nil {
				incident(ctx, recovered(ctx, p))
			}
		}()
		if err := produce(); err != nil && ctx.Err() == nil {
			incident(ctx, err)
		}
	}()
}
