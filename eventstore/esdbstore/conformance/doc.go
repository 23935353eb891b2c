// Package conformance holds the adapter for EventStoreDB to the contract of
// package eventstore on a real cluster, which RAPPORTEUR_TEST_ESDB names by its
// connection string. Everything is written under names of its own, which begin
// with rapporteur-test-, and stays on the cluster: the account that records is
// one that may not delete.
//
// make esdb-conformance builds it as one program that needs nothing else:
//
//	RAPPORTEUR_TEST_ESDB='esdb://rapporteur:…@node1:2113,node2:2113?tlsCaFile=ca.crt' ./esdb-conformance.test -test.v
//
// A cluster that lets everybody do everything, as with --insecure, passes all
// but TestGuarded, and should not hold a record.
package conformance
