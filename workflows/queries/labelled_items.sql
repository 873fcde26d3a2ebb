-- Items whose code a person has decided: what models learn from and are judged by.
-- :countries  texts; empty means all
-- Ordered, so that the same table gives the same dataset, to the byte.
select item_id,
       country,
       title,
       description,
       brand,
       price,
       currency,
       weight_kg,
       voltage,
       battery,
       wattage,
       code
from labelled_item
where cardinality(:countries) = 0
   or country = any(:countries)
order by country, item_id, title, code
