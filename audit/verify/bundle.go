package verify

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

const (
	maxSmall = 1 << 20 // bytes of a manifest, a key, a policy, or of certificates
	inLog    = format.LogFolder + "/"
)

// Bundle checks a whole history in a folder: every record, the log over them,
// and what the read models had seen. Trust that knows no log falls back on the
// key in the bundle, which then proves less. Since is as for Log.
func Bundle(ctx context.Context, dir Folder, t Trust, since []byte, p *Progress) *Finding {
	b := &bundle{Folder: dir, trust: t, f: t.finding(), ledger: newLedger()}
	return b.f.end(b.run(ctx, since, p))
}

// A bundle is a bundle that is being checked.
type bundle struct {
	Folder
	trust     Trust
	f         *Finding
	ledger    *ledger
	rotations rotations
	older     *otherKey // an older head that is judged at the end
}

func (b *bundle) run(ctx context.Context, since []byte, p *Progress) error {
	manifest, err := b.manifest(ctx)
	if err != nil {
		return err
	}
	h, err := b.head(ctx)
	if err != nil {
		return err
	}
	switch root := hex.EncodeToString(h.Root[:]); {
	case manifest.Origin != h.Origin:
		return wrong(in(format.ManifestFile), "it is of the log %q, and the head is of the log %q", manifest.Origin, h.Origin)
	case manifest.Size != h.Size:
		return wrong(in(format.ManifestFile), "it counts %d records, and the log signed a head of %d", manifest.Size, h.Size)
	case manifest.Root != root:
		return wrong(in(format.ManifestFile), "its root is %.64q, and the log signed %s", manifest.Root, root)
	}
	marks, err := b.since(since, h, manifest.MadeAt)
	if err != nil {
		return err
	}
	certificates, err := b.certificates(ctx, h.Size)
	if err != nil {
		return err
	}
	marks = append(append(marks, h.mark(inLog+"checkpoint")), certificates...)
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.size, b.size) })
	if err := b.walk(ctx, h, marks, p); err != nil {
		return err
	}
	if err := b.rotations.signed(b.f, h); err != nil {
		return err
	}
	if err := b.vouch(); err != nil {
		return err
	}
	if err := b.listed(ctx); err != nil {
		return err
	}
	if len(certificates) > 0 {
		b.f.prove("all %d read models had seen every record below their certificate's index, once and in order", len(certificates))
	}
	if err := b.ledger.counted(b.f, manifest); err != nil {
		return err
	}
	b.f.leave("that what the records say is true, or that their clock was right")
	return b.strangers(ctx)
}

// walk goes over log and records together.
func (b *bundle) walk(ctx context.Context, h head, marks []mark, p *Progress) error {
	file, err := b.open(format.RecordsFile)
	if err != nil {
		return fmt.Errorf("read the records: %w", err)
	}
	defer file.Close()
	lines := newLines(file)
	w := &walk{src: b.below(format.LogFolder), named: inLog, size: h.Size, marks: marks, progress: p}
	w.visit = func(l logged) error {
		text, err := lines.next(l.index, h.Size)
		if err != nil {
			return err
		}
		d, e, err := b.ledger.check(text, l)
		if err != nil || e.Type != rotatedType {
			return err
		}
		return b.rotations.take(d, e, w.tree.root)
	}
	if err := w.run(ctx); err != nil {
		return err
	}
	if err := lines.end(h.Size); err != nil {
		return err
	}
	w.report(b.f, h)
	b.f.prove("each of the %d records is the one that the log has at its index", h.Size)
	return w.rest(ctx, b.f)
}

func (b *bundle) manifest(ctx context.Context) (format.Manifest, error) {
	text, err := b.Read(ctx, format.ManifestFile, maxSmall)
	if err != nil {
		return format.Manifest{}, fmt.Errorf("this folder is no bundle, or not a whole one: %w", err)
	}
	m, err := format.ParseManifest(text)
	if err != nil {
		return m, wrong(in(format.ManifestFile), "%v", err)
	}
	return m, nil
}

// head opens the log's head, both as the bundle's own key has it and as those
// do who are trusted.
func (b *bundle) head(ctx context.Context) (head, error) {
	own, err := b.own(ctx)
	if err != nil {
		return head{}, err
	}
	src := b.below(format.LogFolder)
	h, err := own.read(ctx, src, inLog)
	if u, ok := errors.AsType[*unknownKey](err); ok {
		return h, wrong(in(u.file), "it is signed with the key %s, and the bundle's own key, in the file %s, is %s: they do not belong together", cmp.Or(strings.Join(u.by, ", "), "of nobody with the log's name"), format.VKeyFile, nameOf(own.Key))
	}
	if err != nil {
		return h, err
	}
	if keys, _ := b.trust.logs(); len(keys) == 0 {
		b.f.leave("that this is the log you think it is: the key came with the bundle, so all that is proved is that the bundle agrees with itself")
		b.trust.Key, b.trust.From = own.Key, "the bundle itself"
		b.f.Believed = b.trust.finding().Believed
	}
	h, err = b.trust.read(ctx, src, inLog)
	if u, ok := errors.AsType[*unknownKey](err); ok {
		return h, b.replaced(ctx, u)
	}
	if err != nil {
		return h, err
	}
	if keys, _ := b.trust.logs(); !slices.Contains(keys, own.Key) {
		return h, wrong(in(format.VKeyFile), "it is the key %s, and the key that you trust and that signed the head too is %s", nameOf(own.Key), h.key)
	}
	return h, b.trust.accept(b.f, h)
}

// replaced adds to u what the bundle says about the keys that were given: that
// the log had one of them before.
func (b *bundle) replaced(ctx context.Context, u *unknownKey) error {
	text, err := b.Read(ctx, format.ReplacedFile, maxSmall)
	if errors.Is(err, fs.ErrNotExist) {
		return u
	}
	if err != nil {
		return fmt.Errorf("%w; and read the bundle's replaced keys: %w", u, err)
	}
	keys, _ := b.trust.logs()
	for _, k := range keys {
		if slices.Contains(strings.Split(string(text), "\n"), k.String()) {
			return fmt.Errorf("%w. The bundle says that the key %s was replaced since: have the log's new key from somebody you believe", u, nameOf(k))
		}
	}
	return u
}

// own reads whom the bundle says to trust.
func (b *bundle) own(ctx context.Context) (Trust, error) {
	text, err := b.Read(ctx, format.VKeyFile, maxSmall)
	if err != nil {
		return Trust{}, fmt.Errorf("read the bundle's key: %w", err)
	}
	vkey, ended := strings.CutSuffix(string(text), "\n")
	k, err := format.ParseKey(vkey)
	switch {
	case err == nil && k.IsWitness():
		err = errors.New("it is the key of a witness")
	case err == nil && !ended:
		err = errors.New("its last newline is missing")
	}
	if err != nil {
		return Trust{}, wrong(in(format.VKeyFile), "%v", err)
	}
	text, err = b.Read(ctx, format.PolicyFile, maxSmall)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		b.f.leave("which witnesses the log has: the bundle has no policy")
		return Trust{Key: k}, nil
	case err != nil:
		return Trust{}, fmt.Errorf("read the bundle's policy: %w", err)
	}
	p, err := format.ParsePolicy(text)
	if err != nil {
		return Trust{}, wrong(in(format.PolicyFile), "%v", err)
	}
	if !slices.ContainsFunc(p.Logs, func(l format.PolicyLog) bool { return l.Key == k }) {
		return Trust{}, wrong(in(format.PolicyFile), "it does not name the log with the key in the file %s", format.VKeyFile)
	}
	return Trust{Key: k, Policy: &p}, nil
}

// strangers mentions the files that a bundle does not have.
func (b *bundle) strangers(ctx context.Context) error {
	known := []string{format.ManifestFile, format.RecordsFile, format.VKeyFile, format.ReplacedFile, format.PolicyFile, format.CertificatesFile}
	var strange named
	for name, err := range b.Files(ctx) {
		if err != nil {
			return fmt.Errorf("list the files of the bundle: %w", err)
		}
		if !slices.Contains(known, name) && !strings.HasPrefix(name, inLog) {
			strange.add(name)
		}
	}
	if strange.all > 0 {
		b.f.leave("what these files say, which are no part of a bundle: %s", &strange)
	}
	return nil
}
