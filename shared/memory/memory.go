// Package memory is what nodes share, for a node that runs alone.
package memory
