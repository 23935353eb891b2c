package projections

const briefingSchema = `CREATE TABLE briefings (
		id             TEXT    NOT NULL,
		title_language TEXT    NOT NULL,
		title          TEXT    NOT NULL,
		city           TEXT    NOT NULL,
		date           TEXT    NOT NULL, -- in words, as it was called
		local_time     TEXT    NOT NULL,
		moved_from     TEXT    NOT NULL, -- JSON: the place before; empty unless it was moved
		status         TEXT    NOT NULL,
		edition        INTEGER NOT NULL,
		started        TEXT    NOT NULL, -- in words; empty while it has not, or nobody said
		concluded      TEXT    NOT NULL,
		held_on        TEXT    NOT NULL, -- in words: when it started, else when it is called for
		first_day      TEXT    NOT NULL, -- that held_on may mean
		last_day       TEXT    NOT NULL,
		called         INTEGER NOT NULL, -- index at which it was called
		reason         INTEGER,          -- texts: why it was moved or called off
		valid_from     INTEGER NOT NULL,
		valid_to       INTEGER NOT NULL
	) STRICT;
	CREATE INDEX briefings_id ON briefings (id, valid_to);
	CREATE INDEX briefings_day ON briefings (valid_to, first_day, id);
	CREATE TABLE briefing_agendas (
		briefing   TEXT    NOT NULL,
		n          INTEGER NOT NULL,
		title      INTEGER NOT NULL, -- texts
		mandates   TEXT    NOT NULL, -- JSON: [{symbol, paragraph}]
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX briefing_agendas_of ON briefing_agendas (briefing, valid_to);
	CREATE TABLE briefing_carried (
		briefing   TEXT    NOT NULL, -- on whose agenda it is
		outcome    TEXT    NOT NULL, -- briefing_items
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL,
		PRIMARY KEY (briefing, outcome)
	) STRICT;
	CREATE TABLE briefing_invitations (
		briefing   TEXT    NOT NULL,
		n          INTEGER NOT NULL, -- as they were issued
		entity     TEXT    NOT NULL, -- empty for a category
		category   TEXT    NOT NULL, -- JSON: {vocabulary, version, term}
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL,
		PRIMARY KEY (briefing, n)
	) STRICT;
	-- Every edition of the figures; the current one is open.
	CREATE TABLE briefing_attendances (
		briefing        TEXT    NOT NULL,
		edition         INTEGER NOT NULL,
		corrects        INTEGER NOT NULL,
		total           INTEGER NOT NULL,
		not_broken_down INTEGER NOT NULL,
		counts          TEXT    NOT NULL, -- JSON: [{category, number}]
		represented     TEXT    NOT NULL, -- JSON: [{vocabulary, version, term}]
		occurred_on     TEXT    NOT NULL,
		recorded_at     INTEGER NOT NULL,
		valid_from      INTEGER NOT NULL,
		valid_to        INTEGER NOT NULL,
		PRIMARY KEY (briefing, edition)
	) STRICT;
	-- Every edition of the summary; the current one is open.
	CREATE TABLE briefing_summaries (
		briefing    TEXT    NOT NULL,
		edition     INTEGER NOT NULL,
		corrects    INTEGER NOT NULL,
		text        INTEGER NOT NULL, -- texts
		reason      INTEGER,          -- texts
		recorded_at INTEGER NOT NULL,
		valid_from  INTEGER NOT NULL,
		valid_to    INTEGER NOT NULL,
		PRIMARY KEY (briefing, edition)
	) STRICT;
	CREATE TABLE briefing_drafts (
		briefing   TEXT    NOT NULL,
		text       INTEGER NOT NULL, -- texts; for the secretariat
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX briefing_drafts_of ON briefing_drafts (briefing, valid_to);
	CREATE TABLE briefing_participants (
		id         TEXT    NOT NULL,
		briefing   TEXT    NOT NULL,
		vocabulary TEXT    NOT NULL,
		version    INTEGER NOT NULL,
		term       TEXT    NOT NULL,
		entity     TEXT    NOT NULL,
		person     TEXT    NOT NULL,
		name       TEXT    NOT NULL,
		consent    TEXT    NOT NULL,
		basis      TEXT    NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX briefing_participants_id ON briefing_participants (id, valid_to);
	CREATE INDEX briefing_participants_of ON briefing_participants (briefing, valid_to, person);`

const briefingItemSchema = `
	-- What was said, shown or agreed, of every kind.
	CREATE TABLE briefing_items (
		id          TEXT    NOT NULL,
		briefing    TEXT    NOT NULL,
		n           INTEGER NOT NULL, -- as they were recorded, counted in the briefing
		kind        TEXT    NOT NULL,
		import      TEXT    NOT NULL, -- what it came with; else empty
		about       TEXT    NOT NULL, -- the item it goes with: what is answered, followed up, or shown beside
		said        TEXT    NOT NULL, -- JSON: who, coded to which terms, and the like; never changes
		person      TEXT    NOT NULL, -- who spoke: for the secretariat and themselves
		name        TEXT    NOT NULL, -- likewise
		text        INTEGER,          -- texts
		due         TEXT    NOT NULL, -- of an outcome, as it stands
		due_until   INTEGER,          -- milliseconds: the end, in UTC, of the last day that due may mean
		overdue     INTEGER NOT NULL, -- the due date passed before it was settled
		closed      INTEGER NOT NULL, -- followed up for good
		retracted   INTEGER NOT NULL,
		reason      INTEGER,          -- texts: why it was retracted
		recorded_at INTEGER NOT NULL,
		valid_from  INTEGER NOT NULL,
		valid_to    INTEGER NOT NULL
	) STRICT;
	CREATE INDEX briefing_items_id ON briefing_items (id, valid_to);
	CREATE INDEX briefing_items_of ON briefing_items (briefing, kind, valid_to, n);
	CREATE INDEX briefing_items_n ON briefing_items (briefing, n);
	CREATE INDEX briefing_items_about ON briefing_items (about, valid_to) WHERE about <> '';
	CREATE INDEX briefing_items_import ON briefing_items (import, valid_to) WHERE import <> '';
	CREATE INDEX briefing_items_due ON briefing_items (valid_to, due_until) WHERE due_until IS NOT NULL;
	CREATE TABLE briefing_points (
		item    TEXT    NOT NULL,
		n       INTEGER NOT NULL,
		text    INTEGER NOT NULL, -- texts
		terms   TEXT    NOT NULL, -- JSON: [{vocabulary, version, term}]
		figures TEXT    NOT NULL, -- JSON: [{claim, source}]
		PRIMARY KEY (item, n)
	) STRICT;
	-- Every edition of a text or document handed in; the current one is open.
	CREATE TABLE briefing_deposits (
		item        TEXT    NOT NULL,
		edition     INTEGER NOT NULL,
		own         INTEGER NOT NULL,
		text        INTEGER,          -- texts
		text_sha256 TEXT    NOT NULL,
		link        TEXT    NOT NULL,
		file_sha256 TEXT    NOT NULL,
		recorded_at INTEGER NOT NULL,
		valid_from  INTEGER NOT NULL,
		valid_to    INTEGER NOT NULL,
		PRIMARY KEY (item, edition)
	) STRICT;
	-- A speaker's text that was taken back: from then on no edition up to that
	-- one is shown, whatever date is asked about.
	CREATE TABLE briefing_withdrawals (
		item       TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		reason     TEXT    NOT NULL,
		valid_from INTEGER NOT NULL,
		PRIMARY KEY (item, edition)
	) STRICT;
	CREATE TABLE briefing_translations (
		item       TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		language   TEXT    NOT NULL,
		origin     TEXT    NOT NULL,
		text       INTEGER NOT NULL, -- texts
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX briefing_translations_of ON briefing_translations (item, edition);
	-- Only an open row is ever shown: a claim that was taken back is shown at no date.
	CREATE TABLE briefing_claims (
		item       TEXT    NOT NULL,
		speaker    TEXT    NOT NULL, -- entity or person
		status     TEXT    NOT NULL, -- SHOWN REQUESTED REFUSED TAKEN_BACK
		note       TEXT    NOT NULL, -- to the secretariat, of a request
		reason     TEXT    NOT NULL, -- why it was refused or taken back
		since      INTEGER NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX briefing_claims_of ON briefing_claims (item, valid_to);`
