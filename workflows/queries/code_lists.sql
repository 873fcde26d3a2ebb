-- The codes that each country's law knows in the month :period (YYYY-MM).
-- :countries  texts; empty means all
select country,
       code,
       title,
       effective_from,
       effective_to
from code_list
where effective_from <= (:period || '-01')::date
  and (effective_to is null or effective_to > (:period || '-01')::date)
  and (cardinality(:countries) = 0 or country = any(:countries))
order by country, code
