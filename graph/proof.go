package graph

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

func (r audit) Checkpoint(ctx context.Context, _ *projections.Audit) (*model.Checkpoint, error) {
	h, ok := r.Proofs.Published()
	if !ok {
		var err error
		if h, err = r.Proofs.Covering(ctx, r.Log.Size()-1); err != nil {
			return nil, err
		}
	}
	return r.checkpoint(h), nil
}

func (r audit) InclusionProof(ctx context.Context, _ *projections.Audit, index int64, treeSize *int64) (*model.InclusionProof, error) {
	if have := r.Log.Size(); index < 0 || index >= have {
		return nil, badInput(fmt.Sprintf("There is no record at index %d: the newest is at %d.", index, have-1))
	}
	size, err := r.sizeOf(ctx, index+1, treeSize)
	if err != nil {
		return nil, err
	}
	proof, err := r.Proofs.InclusionProof(ctx, index, size)
	if err != nil {
		return nil, err
	}
	f, err := r.Log.At(ctx, index)
	if err != nil {
		return nil, err
	}
	root, err := r.Log.Root(ctx, size)
	return &model.InclusionProof{
		Index: index, TreeSize: size, RecordHash: hex.EncodeToString(f.Entry[:]), LeafHash: hex.EncodeToString(f.Leaf[:]),
		Hashes: hexes(proof), Root: hex.EncodeToString(root[:]),
	}, err
}

func (r audit) ConsistencyProof(ctx context.Context, _ *projections.Audit, from int64, to *int64) (*model.ConsistencyProof, error) {
	if have := r.Log.Size(); from < 1 || from > have {
		return nil, badInput(fmt.Sprintf("There was no log of %d records to prove anything of: from is 1 to %d.", from, have))
	}
	size, err := r.sizeOf(ctx, from, to)
	if err != nil {
		return nil, err
	}
	proof, err := r.Proofs.ConsistencyProof(ctx, from, size)
	if err != nil {
		return nil, err
	}
	fromRoot, err := r.Log.Root(ctx, from)
	if err != nil {
		return nil, err
	}
	toRoot, err := r.Log.Root(ctx, size)
	return &model.ConsistencyProof{
		From: from, To: size, FromRoot: hex.EncodeToString(fromRoot[:]), ToRoot: hex.EncodeToString(toRoot[:]), Hashes: hexes(proof),
	}, err
}

// sizeOf returns the size of the tree to prove in, which has least records or
// more: the one asked for, else the published one, else one of now.
func (r audit) sizeOf(ctx context.Context, least int64, asked *int64) (int64, error) {
	if asked == nil {
		if h, ok := r.Proofs.Published(); ok && h.Size >= least {
			return h.Size, nil
		}
		h, err := r.Proofs.Covering(ctx, least-1)
		return h.Size, err
	}
	if have := r.Log.Size(); *asked < least || *asked > have {
		return 0, badInput(fmt.Sprintf("There is no such log of %d records: here it has %d to %d.", *asked, least, have))
	}
	return *asked, nil
}
