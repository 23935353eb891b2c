#!/bin/sh
# Makes the account that the nodes use, and the access list under which the
# record can be added to and read, and not thinned out. Doing it twice is quiet.
#
# URL, CA, ADMIN_PASSWORD and ACCOUNT_PASSWORD come from the environment.
set -eu

ask() { curl --silent --show-error --fail-with-body --cacert "$CA" --user "admin:$ADMIN_PASSWORD" "$@"; }

# The ids are fixed, so that a repeat writes nothing again.
event() { # event STREAM TYPE ID BODY
	ask -X POST "$URL/streams/$1" -H 'Content-Type: application/vnd.eventstore.events+json' \
		-d "[{\"eventId\": \"$3\", \"eventType\": \"$2\", \"data\": $4}]"
}

if ! ask -o /dev/null "$URL/users/rapporteur"; then
	ask -X POST "$URL/users/" -H 'Content-Type: application/json' \
		-d "{\"loginName\": \"rapporteur\", \"fullName\": \"Rapporteur's nodes\", \"password\": \"$ACCOUNT_PASSWORD\", \"groups\": []}"
fi

# Streams: the nodes read and append. Nobody but an administrator deletes one, or
# sets how long or how much it keeps; the nodes read what is set, to notice.
event '%24settings' update-default-acl 5f0c3f7e-6f0a-4d58-9d0e-0b5a6f1f0001 '{
	"$userStreamAcl":   {"$r": ["rapporteur", "$admins"], "$w": ["rapporteur", "$admins"], "$d": "$admins", "$mr": ["rapporteur", "$admins"], "$mw": "$admins"},
	"$systemStreamAcl": {"$r": "$admins", "$w": "$admins", "$d": "$admins", "$mr": "$admins", "$mw": "$admins"}
}'

# The order of everything: the nodes read it.
event '%24%24%24all' '$metadata' 5f0c3f7e-6f0a-4d58-9d0e-0b5a6f1f0002 '{"$acl": {"$r": ["rapporteur", "$admins"]}}'

# What nodes agree on: the newest is all that counts.
n=3
for name in agreement signer publish timers; do
	event "%24%24rapporteur%3D$name" '$metadata' "5f0c3f7e-6f0a-4d58-9d0e-0b5a6f1f000$n" '{"$maxCount": 10}'
	n=$((n + 1))
done

echo "KurrentDB is ready for Rapporteur"
