package domain

// Names reports whether v may know whom an item names as its owner. What an
// officer took down in somebody's name is attributed to nobody until that is
// settled. Before, the one named knows, and the officers who handle such items.
// Reads decide the same in SQL; tests compare the two.
func Names(owner ID, settled bool, v Viewer, officers []Capacity) bool {
	return settled || v.ActsFor(owner) || v.Is(officers...)
}
