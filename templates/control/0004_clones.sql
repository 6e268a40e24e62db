-- Which tenant another one was cloned from: the same clone again may bring it up to its source, no other call may.

alter table acctl.tenants add column cloned_from uuid;
comment on column acctl.tenants.cloned_from is 'Id of the tenant whose configuration this one began with; null: none.';
