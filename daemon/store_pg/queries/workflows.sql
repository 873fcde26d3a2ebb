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
