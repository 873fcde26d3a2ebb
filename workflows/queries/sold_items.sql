-- The items sold in the month :period (YYYY-MM), which are to be classified and reported.
-- :countries  texts; empty means all
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
       units
from sold_item
where period = :period
  and (cardinality(:countries) = 0 or country = any(:countries))
