-- Items sold in the month :period (YYYY-MM) whose code somebody has decided since: what was said of them can be judged.
-- :countries  texts; empty means all
select s.item_id,
       s.country,
       s.title,
       s.description,
       s.brand,
       s.price,
       s.currency,
       s.weight_kg,
       s.voltage,
       s.battery,
       s.wattage,
       l.code
from sold_item s
join labelled_item l on l.country = s.country and l.item_id = s.item_id
where s.period = :period
  and l.code <> ''
  and (cardinality(:countries) = 0 or s.country = any(:countries))
