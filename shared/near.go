package shared

import "context"

// NearDocuments are kept here and there. What this node has it needs not ask
// for, and while There fails it goes on with that: a client sends the rest again.
type NearDocuments struct{ Here, There Documents }

var _ Documents = NearDocuments{}

// Document implements Documents.
func (d NearDocuments) Document(ctx context.Context, hash string) (string, bool, error) {
	text, found, err := d.Here.Document(ctx, hash)
	if found || err != nil {
		return text, found, err
	}
	text, found, err = d.There.Document(ctx, hash)
	if found && HashOf(text) == hash {
		err = d.Here.KeepDocument(ctx, text)
	}
	return text, found, err
}

// KeepDocument implements Documents. On an error it is kept here all the same.
func (d NearDocuments) KeepDocument(ctx context.Context, text string) error {
	if err := d.Here.KeepDocument(ctx, text); err != nil {
		return err
	}
	return d.There.KeepDocument(ctx, text)
}
