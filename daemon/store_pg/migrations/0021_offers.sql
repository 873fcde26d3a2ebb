-- breaking: no
-- What a folder deployed last under this name: only a text that differs from it is an order. Without this a daemon that starts
-- would bring a retired workflow back, and put an older text in the place of one that was deployed by hand.
alter table workflow add column offered text not null default '';
