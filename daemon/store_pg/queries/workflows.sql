-- name: workflows_all
-- Few rows, read whole; index: definition_pkey.
select jsonb_build_object('items', coalesce(jsonb_agg(workflow_json(d) order by d.workflow), '[]'), 'next', null)
from workflow w join definition d on d.hash = w.hash
where w.deployed;

-- name: workflow_one
-- Index: workflow_pkey, definition_pkey.
select workflow_json(d) || jsonb_build_object('source', d.source)
from workflow w join definition d on d.hash = w.hash
where w.name = $1::text and w.deployed;

-- name: workflow_versions
-- Parameters: name. Every version that was ever deployed, the newest first; null when there is none.
-- Index: definition_workflow_version_key, run_workflow.
select jsonb_build_object('items', jsonb_agg(jsonb_build_object(
           'version', d.version, 'hash', d.hash, 'title', d.title, 'created_at', iso(d.created_at),
           'in_force', exists (select from workflow w where w.hash = d.hash and w.deployed)) order by d.version desc), 'next', null)
from definition d where d.workflow = $1::text having count(*) > 0;

-- name: workflow_version
-- Parameters: name, version. Index: definition_workflow_version_key.
select workflow_json(d) || jsonb_build_object('source', d.source)
from definition d where d.workflow = $1::text and d.version = $2::bigint;
