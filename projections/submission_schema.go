package projections

const submissionSchema = `CREATE TABLE submissions (
		id           TEXT    NOT NULL,
		consultation TEXT    NOT NULL,
		owner        TEXT    NOT NULL, -- entity or person; empty for one recorded without a known owner
		author       TEXT    NOT NULL, -- the name a recorded one came under
		status       TEXT    NOT NULL, -- DRAFT PROPOSED SUBMITTED WITHDRAWN DISCARDED
		label        TEXT    NOT NULL, -- as it stands: SEALED while a request is pending
		requested    TEXT    NOT NULL, -- confidentiality asked for and not decided
		released     INTEGER NOT NULL, -- the edition released last; 0 for none
		hidden       INTEGER NOT NULL,
		hidden_for   TEXT    NOT NULL, -- JSON: reason code of the moderator; empty if it is not hidden
		number       INTEGER,          -- public, given once everybody may read it, counted in the consultation
		timeliness   TEXT    NOT NULL, -- empty for a draft, and while a late one waits
		late         TEXT    NOT NULL, -- the reason given, if it came late
		edition      INTEGER NOT NULL, -- the latest
		recorded     INTEGER NOT NULL,
		confirmed    INTEGER NOT NULL,
		contested    INTEGER NOT NULL, -- the one it names says that a recorded one is not theirs
		attested     INTEGER NOT NULL, -- two officers attest whose a recorded one is
		outside      INTEGER NOT NULL, -- a recorded one from outside the audience
		import       TEXT    NOT NULL, -- what a recorded one came with; else empty
		source       TEXT    NOT NULL, -- JSON of a recorded one; else empty
		submitted_at INTEGER NOT NULL, -- milliseconds; of a draft, when it was begun
		listed_at    INTEGER NOT NULL, -- submitted_at, or its day while the label is ANONYMISED; in every row as it is now
		reason       TEXT    NOT NULL, -- of the last decision or withdrawal
		change       TEXT    NOT NULL, -- what made this row, as an event is named
		changed_at   INTEGER NOT NULL,
		told         INTEGER NOT NULL, -- who is told of the change: submission.Telling
		about        INTEGER NOT NULL, -- the edition that the change is about
		valid_from   INTEGER NOT NULL,
		valid_to     INTEGER NOT NULL
	) STRICT;
	CREATE INDEX submissions_id ON submissions (id, valid_to);
	-- Pages are read in order, at any moment: what does not count then is passed over in the index.
	CREATE INDEX submissions_listed ON submissions (listed_at, id, valid_to, valid_from);
	CREATE INDEX submissions_consultation ON submissions (consultation, listed_at, id, valid_to, valid_from);
	-- What the public sees, which passes over nothing that it does not see.
	CREATE INDEX submissions_public ON submissions (listed_at, id, valid_to, valid_from) WHERE ` + seen + `;
	CREATE INDEX submissions_public_in ON submissions (consultation, listed_at, id, valid_to, valid_from) WHERE ` + seen + `;
	CREATE INDEX submissions_late ON submissions (consultation, valid_from) WHERE ` + lateDecision + `;
	CREATE INDEX submissions_number ON submissions (consultation, number) WHERE number IS NOT NULL;
	CREATE INDEX submissions_import ON submissions (import, valid_to) WHERE import <> '';
	CREATE INDEX submissions_owner ON submissions (owner, valid_to, listed_at, id);
	-- Every edition of the content, for ever.
	CREATE TABLE editions (
		submission  TEXT    NOT NULL,
		edition     INTEGER NOT NULL,
		kind        TEXT    NOT NULL, -- DRAFT SUBMITTED RECORDED AMENDED CORRECTED
		text        INTEGER,          -- texts
		language    TEXT    NOT NULL, -- of the text, or of the first answer
		objectives  TEXT    NOT NULL, -- JSON: codes
		recorded_at INTEGER NOT NULL,
		idx         INTEGER NOT NULL,
		PRIMARY KEY (submission, edition)
	) STRICT;
	-- One row for each release: how long the edition was the one shown.
	CREATE TABLE releases (
		submission  TEXT    NOT NULL,
		edition     INTEGER NOT NULL,
		released_at INTEGER NOT NULL,
		valid_from  INTEGER NOT NULL,
		valid_to    INTEGER NOT NULL, -- the index that released another edition, or took this one back
		PRIMARY KEY (submission, valid_from)
	) STRICT;
	CREATE TABLE retractions (
		submission   TEXT    NOT NULL,
		edition      INTEGER NOT NULL,
		reason       TEXT    NOT NULL,
		retracted_at INTEGER NOT NULL,
		valid_from   INTEGER NOT NULL,
		PRIMARY KEY (submission, edition)
	) STRICT;
	-- What officers attest whose a recorded one is by; a second row settles it.
	CREATE TABLE attestations (
		submission  TEXT    NOT NULL,
		title       TEXT    NOT NULL,
		link        TEXT    NOT NULL,
		attested_at INTEGER NOT NULL,
		lapses_at   INTEGER,          -- of the first of two
		valid_from  INTEGER NOT NULL,
		valid_to    INTEGER NOT NULL  -- the index at which it fell
	) STRICT;
	CREATE INDEX attestations_of ON attestations (submission, valid_to);
	CREATE TABLE answers (
		submission TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		n          INTEGER NOT NULL, -- as they were given
		question   TEXT    NOT NULL,
		text       INTEGER,          -- texts
		chosen     TEXT    NOT NULL, -- JSON: options
		PRIMARY KEY (submission, edition, n)
	) STRICT;
	CREATE TABLE translations (
		submission TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		language   TEXT    NOT NULL,
		origin     TEXT    NOT NULL,
		text       INTEGER NOT NULL, -- texts
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX translations_of ON translations (submission, edition);
	-- Who is asked to sign.
	CREATE TABLE signatories (
		submission TEXT    NOT NULL,
		party      TEXT    NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL -- the index at which they left
	) STRICT;
	CREATE INDEX signatories_of ON signatories (submission, valid_to);
	CREATE INDEX signatories_party ON signatories (party, valid_to);
	-- Which editions they signed.
	CREATE TABLE signatures (
		submission TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		party      TEXT    NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL -- the index at which they left
	) STRICT;
	CREATE INDEX signatures_of ON signatures (submission, edition, party, valid_to);`
