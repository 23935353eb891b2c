package audit

import (
	"context"
	"slices"
)

// keptHeads bounds the heads that are kept for receipts until one over the same
// records is published: more than ten busy seconds make.
const keptHeads = 4096

// Published returns the head that is published, if there is one yet.
func (l *Log) Published() (Head, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.published, l.published.Note != nil
}

// PublishedSize returns how many records everybody may know of: those that the
// published log has. It never shrinks.
func (l *Log) PublishedSize() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.publishedSize()
}

// publishedSize is called with l.mu held. What was published under a replaced
// key is published.
func (l *Log) publishedSize() int64 { return max(l.published.Size, l.before.Size) }

// AwaitPublished blocks until the published log has size records. It fails when
// ctx ends.
func (l *Log) AwaitPublished(ctx context.Context, size int64) error {
	for {
		l.mu.Lock()
		if l.publishedSize() >= size {
			l.mu.Unlock()
			return nil
		}
		if l.news == nil {
			l.news = make(chan struct{})
		}
		news := l.news
		l.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news:
		}
	}
}

// show makes h the published head. l.mu is held.
func (l *Log) show(h Head) {
	l.published = h
	l.given = slices.DeleteFunc(l.given, func(g Head) bool { return g.Size <= h.Size })
	if l.news != nil {
		close(l.news)
		l.news = nil
	}
}

// give keeps a head that receipts carry before it is published. l.mu is held.
func (l *Log) give(h Head) {
	if len(l.given) == keptHeads {
		l.given = slices.Delete(l.given, 0, keptHeads/2)
	}
	l.given = append(l.given, h)
}

// shown returns the head that shows the least of what was signed and has the
// record at index: a witnessed one, else the published one, else the first one
// that was signed for a receipt. So a receipt that is asked for again tells
// nothing of what was recorded since.
func (l *Log) shown(index int64) (Head, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, h := range []Head{l.witnessed, l.published} {
		if h.covers(index) {
			return h, true
		}
	}
	n, _ := slices.BinarySearchFunc(l.given, index+1, func(h Head, size int64) int { return int(h.Size - size) })
	if n == len(l.given) {
		return Head{}, false
	}
	return l.given[n], true
}
