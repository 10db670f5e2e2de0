#!/bin/sh
# Run once by the postgres image on an empty volume: the owner of the tables is no superuser here either.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set "password=$MIGRATOR_DATABASE_PASSWORD" <<'SQL'
create role migrator login createrole password :'password';
create database auth_gateway owner migrator;
SQL
