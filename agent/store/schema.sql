-- The state of one channel. This is always the newest schema; migrate.cc brings older files here.
-- columns.h names the columns in this order; a new one goes last, as ALTER TABLE puts it there.
-- Ids are 16 and digests 32 bytes; an empty blob stands for "none" (all zero). Times are ms since
-- 1970 UTC. Numbers of enums are those of store.h, base.h and model.h.

-- Cursors, counters, own epoch, incarnation.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Contracts of the channel, agreed on or proposed. What was agreed on is never forgotten: a name
-- keeps its meaning. Of what the peer proposed in vain the newest few stay.
CREATE TABLE contract (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
  version INTEGER NOT NULL,
  toml BLOB NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
  site INTEGER NOT NULL,            -- that proposed it
  is_asked_back INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Base: what this site keeps of each shared issue.
CREATE TABLE issue (
  issue_id BLOB PRIMARY KEY CHECK (length(issue_id) = 16),
  birth_site INTEGER NOT NULL,
  type TEXT NOT NULL,
  parent BLOB NOT NULL,
  author_name TEXT NOT NULL,
  author_alias TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  remote_key TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  jira_id TEXT NOT NULL,            -- empty: not created here (yet)
  jira_key TEXT NOT NULL,
  jira_created_ms INTEGER NOT NULL,
  jira_updated_ms INTEGER NOT NULL,
  history_through INTEGER NOT NULL,
  held TEXT NOT NULL,
  out_epoch INTEGER NOT NULL,
  out_sequence INTEGER NOT NULL,
  in_epoch_number INTEGER NOT NULL,
  in_epoch_nonce INTEGER NOT NULL,
  in_sequence INTEGER NOT NULL,
  jira_parts BLOB NOT NULL DEFAULT x''
) STRICT, WITHOUT ROWID;
-- Not unique: a Jira restored from a backup gives ids and keys of frozen issues again.
CREATE INDEX issue_by_jira_id ON issue (jira_id) WHERE jira_id <> '';
CREATE INDEX issue_by_jira_key ON issue (jira_key) WHERE jira_key <> '';

-- Clustered by issue, so that a whole base is one short range.
CREATE TABLE register (
  issue_id BLOB NOT NULL REFERENCES issue,
  kind INTEGER NOT NULL,
  field TEXT NOT NULL,
  element TEXT NOT NULL,
  object BLOB NOT NULL,
  agreed_text TEXT,                 -- both null: absent
  agreed_detail TEXT,
  version_at_ms INTEGER NOT NULL,
  version_site INTEGER NOT NULL,
  own_newest_at_ms INTEGER NOT NULL,
  own_newest_site INTEGER NOT NULL,
  peer_newest_at_ms INTEGER NOT NULL,
  peer_newest_site INTEGER NOT NULL,
  has_seen INTEGER NOT NULL,
  seen BLOB NOT NULL,
  is_pending INTEGER NOT NULL,
  held TEXT NOT NULL,
  is_override INTEGER NOT NULL,
  flips INTEGER NOT NULL,
  PRIMARY KEY (issue_id, kind, field, element, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX register_open ON register (issue_id) WHERE is_pending = 1 OR held <> '';
CREATE INDEX register_element ON register (field, element) WHERE kind = 2;
-- Which issue has a key at its peer: the registers "key:SITE".
CREATE INDEX register_key ON register (agreed_text)
  WHERE kind = 1 AND field >= 'key:' AND field < 'key;';

-- Comments, work logs and attachments; the last four columns are an attachment's.
CREATE TABLE object (
  issue_id BLOB NOT NULL REFERENCES issue,
  object BLOB NOT NULL CHECK (length(object) = 16),
  author_name TEXT NOT NULL,
  author_alias TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  is_ours INTEGER NOT NULL,
  jira_id TEXT NOT NULL,
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (issue_id, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX object_by_content ON object (content) WHERE content <> x'';

-- Keys of the peer's that texts of an issue name and that are still words in this Jira.
CREATE TABLE awaited_key (
  issue_id BLOB NOT NULL REFERENCES issue,
  peer_key TEXT NOT NULL,
  PRIMARY KEY (issue_id, peer_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX awaited_key_by_key ON awaited_key (peer_key);

-- Issues to look at; issue_id is empty until the Jira issue is mapped.
CREATE TABLE work (
  row INTEGER PRIMARY KEY,
  jira_id TEXT NOT NULL,
  issue_id BLOB NOT NULL,
  not_before_ms INTEGER NOT NULL,
  why TEXT NOT NULL,
  failures INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX work_by_issue ON work (issue_id) WHERE issue_id <> x'';
CREATE INDEX work_by_jira_id ON work (jira_id) WHERE jira_id <> '';
CREATE INDEX work_due ON work (not_before_ms, row);

-- Captured changes on their way out; sequence 0: not packed yet.
CREATE TABLE outgoing (
  row INTEGER PRIMARY KEY,
  op_id BLOB NOT NULL UNIQUE CHECK (length(op_id) = 16),
  issue_id BLOB NOT NULL,
  record BLOB NOT NULL,
  captured_at_ms INTEGER NOT NULL,
  epoch_number INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  outcome_result INTEGER NOT NULL,  -- 0: the peer has not said
  outcome_reason TEXT NOT NULL
) STRICT;
CREATE INDEX outgoing_by_issue ON outgoing (issue_id);
CREATE INDEX outgoing_unpacked ON outgoing (sequence) WHERE sequence = 0;
CREATE INDEX outgoing_settled ON outgoing (captured_at_ms) WHERE outcome_result <> 0;

-- The registers of an outcome that differ from it.
CREATE TABLE outcome_register (
  row INTEGER PRIMARY KEY,
  op_id BLOB NOT NULL REFERENCES outgoing (op_id) ON DELETE CASCADE,
  kind INTEGER NOT NULL,
  field TEXT NOT NULL,
  element TEXT NOT NULL,
  object BLOB NOT NULL,
  result INTEGER NOT NULL,
  reason_code TEXT NOT NULL
) STRICT;
CREATE INDEX outcome_register_by_op ON outcome_register (op_id);

-- Changes of the peer in their issues' queues.
CREATE TABLE incoming (
  row INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  epoch_number INTEGER NOT NULL,
  epoch_nonce INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  issue_id BLOB NOT NULL,
  op_id BLOB NOT NULL,
  issue_sequence INTEGER NOT NULL,
  record BLOB NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 1),
  arrived_at_ms INTEGER NOT NULL,
  waiting TEXT NOT NULL
) STRICT;
CREATE INDEX incoming_by_issue ON incoming (issue_id, issue_sequence);

CREATE TABLE waiting_record (
  row INTEGER PRIMARY KEY,
  record BLOB NOT NULL
) STRICT;

-- Contents of attachments that go out: packed from their files, oldest first.
CREATE TABLE outgoing_content (
  row INTEGER PRIMARY KEY,
  content BLOB NOT NULL UNIQUE CHECK (length(content) = 32),
  bytes INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  is_packed INTEGER NOT NULL,       -- to the end
  pushes INTEGER NOT NULL           -- how often it was begun
) STRICT;
CREATE INDEX outgoing_content_unpacked ON outgoing_content (row) WHERE is_packed = 0;

-- The changes that speak of them.
CREATE TABLE content_use (
  op_id BLOB NOT NULL REFERENCES outgoing (op_id) ON DELETE CASCADE,
  content BLOB NOT NULL REFERENCES outgoing_content (content) ON DELETE CASCADE,
  PRIMARY KEY (op_id, content)
) STRICT, WITHOUT ROWID;
CREATE INDEX content_use_by_content ON content_use (content);

-- Contents of the peer's attachments.
CREATE TABLE incoming_content (
  content BLOB PRIMARY KEY CHECK (length(content) = 32),
  bytes INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
  arrived_at_ms INTEGER NOT NULL    -- its newest piece
) STRICT, WITHOUT ROWID;
CREATE INDEX incoming_content_partial ON incoming_content (state) WHERE state = 1;

-- What is there of those that are not whole: ranges that neither touch nor overlap.
CREATE TABLE received_range (
  content BLOB NOT NULL REFERENCES incoming_content ON DELETE CASCADE,
  from_byte INTEGER NOT NULL,
  to_byte INTEGER NOT NULL,         -- the first one that is not there
  PRIMARY KEY (content, from_byte)
) STRICT, WITHOUT ROWID;

-- Contents that changes in the queues speak of.
CREATE TABLE announced_content (
  incoming INTEGER NOT NULL REFERENCES incoming (row) ON DELETE CASCADE,
  content BLOB NOT NULL,
  PRIMARY KEY (incoming, content)
) STRICT, WITHOUT ROWID;
CREATE INDEX announced_by_content ON announced_content (content);

-- Packets of ours.
CREATE TABLE packet (
  stream INTEGER NOT NULL,
  epoch_number INTEGER NOT NULL,
  epoch_nonce INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  packet_id BLOB NOT NULL CHECK (length(packet_id) = 32),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  packed_at_ms INTEGER NOT NULL,
  next_send_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  core_bytes BLOB NOT NULL,
  payload BLOB NOT NULL,            -- last: nothing behind it costs a walk over its pages
  UNIQUE (stream, epoch_number, epoch_nonce, sequence)
) STRICT;
-- `state` is in them although they imply it: else SQLite looks into each row for it.
CREATE INDEX packet_unacked
  ON packet (stream, epoch_number, epoch_nonce, sequence, next_send_at_ms, state) WHERE state < 2;
CREATE INDEX packet_next_send ON packet (next_send_at_ms, state) WHERE state < 2;
CREATE INDEX packet_acked ON packet (packed_at_ms) WHERE state = 2;

-- Sealed bytes as received.
CREATE TABLE arrival (
  row INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  arrived_at_ms INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 1),
  reason_code TEXT NOT NULL,
  reason TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX arrival_by_state ON arrival (state);

-- Headers of verified packets. Two rows of one position are a fork, both kept as evidence.
CREATE TABLE taken (
  row INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  epoch_number INTEGER NOT NULL,
  epoch_nonce INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  packet_id BLOB NOT NULL CHECK (length(packet_id) = 32),
  previous_packet_id BLOB NOT NULL,
  taken_at_ms INTEGER NOT NULL,
  core_bytes BLOB NOT NULL,
  UNIQUE (stream, epoch_number, epoch_nonce, sequence, packet_id)
) STRICT;

-- Writes to Jira between committed intent and committed result.
CREATE TABLE intent (
  row INTEGER PRIMARY KEY,
  write_id BLOB NOT NULL UNIQUE CHECK (length(write_id) = 16),
  issue_id BLOB NOT NULL,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  body TEXT NOT NULL,
  targets BLOB NOT NULL,
  history_before INTEGER NOT NULL,
  body_sent TEXT NOT NULL,
  probes INTEGER NOT NULL,
  object BLOB NOT NULL,
  before_mark INTEGER NOT NULL,
  sent_at_ms INTEGER NOT NULL,
  settle_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  jira_id TEXT NOT NULL
) STRICT;
CREATE INDEX intent_by_issue ON intent (issue_id);

-- The story of each issue: rows are only ever added.
CREATE TABLE journal (
  row INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  issue_id BLOB NOT NULL,           -- empty: about the channel
  op_id BLOB NOT NULL,
  event TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_issue ON journal (issue_id);

-- What people look at: losing, altered, unmapped and held values.
CREATE TABLE listed (
  row INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  issue_id BLOB NOT NULL,
  listed_kind TEXT NOT NULL,
  kind INTEGER NOT NULL,
  field TEXT NOT NULL,
  element TEXT NOT NULL,
  object BLOB NOT NULL,
  value_text TEXT,                  -- both null: absent
  value_detail TEXT,
  version_at_ms INTEGER NOT NULL,
  version_site INTEGER NOT NULL,
  reason_code TEXT NOT NULL,
  is_open INTEGER NOT NULL
) STRICT;
CREATE INDEX listed_by_issue ON listed (issue_id);
CREATE INDEX listed_all_open ON listed (is_open) WHERE is_open = 1;
CREATE INDEX listed_open ON listed (issue_id, listed_kind, kind, field, element, object)
  WHERE is_open = 1;

-- Requests of commands beside the running agent.
CREATE TABLE request (
  row INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  verb TEXT NOT NULL,
  argument TEXT NOT NULL
) STRICT;
