#include "man/concepts.hpp"

namespace acctl {

const std::string_view concept_sections = R"mdoc(.Sh TENANT LIFE CYCLE
A tenant is made in eight steps: registry, database, migrate, storage, routing, email, seed, activate.
Each step looks at what is there before it acts, and is recorded with its attempts and its last error.
The last one publishes the route and sets the status in one update, so that a half-made tenant is never reachable.
The same call again resumes at what is missing; on a tenant that is complete it changes nothing.
.Bl -tag -width deprovisioning
.It provisioning
Its resources are being made; it cannot be used yet.
.It active
In use.
.It suspended
Its data are kept, but nobody of the tenant can sign in or connect.
.It deprovisioning
Its resources are being removed, or held in quarantine until they are.
.It deleted
Removed; the entry in the registry and the audit trail stay.
.It failed
A step failed.
The same call again, or
.Cm tenant retry ,
resumes there.
.El
.Sh THE APPLICATION OF A TENANT
The product's application works in the database of its tenant as a role of its own, and writes users, roles and teams there.
The database itself refuses what it must not do: leave the tenant without an active admin whose role does not expire; rename a
system role or take
.Li \(dq*\(dq
from it; assign roles that reach the entire enterprise; make custom roles or projects that the plan does not include; open
sessions or API keys for people who are not active; keep an invitation for somebody who is active, or to another address.
What its plan includes, and how much of it is used, it reads in the view
.Li app.plan .
.Pp
A transaction that changes users, roles, teams or other configuration does so before it touches
.Li last_sign_in_at
of a user: all writers lock in this order, and one that does not may be rolled back for a deadlock.
.Sh SETTINGS
Each setting comes from the first of these that has it: the option, the environment variable, the context of the
configuration file, the default.
An empty value is an error wherever it is said, in a variable too, but where the help of an option says that it clears
something: what a script has lost must not become the embedded server or every tenant.
A
.Fl \-context
on the command line is refused beside an
.Ev ACCTL_DATABASE_URL
that names another database.
An option may stand anywhere after
.Nm ,
also between the words of a command;
.Fl \&-
ends the options.
.Pp
Data go to standard output, everything else to standard error.
With
.Fl \-output Cm json
an error, too, is one JSON object.
.Pp
.Fl v
shows each statement by its name, with its database, milliseconds, rows and round trip, and each exchange with a mail
server; never a parameter.
.Fl \-log-file
appends all of that to a file, or sends it to
.Cm syslog ,
as key=value pairs: time, level, run (as in the ledger), tenant, message, and what belongs to the message.
.Fl \-log-format Cm json
makes each line an object of the same members.
A line is one write, so that many runs can share a file; a file that
.Xr logrotate 8
has moved is made anew.
Under systemd, lines on standard error begin with their priority.
.Pp
A database is named as for other programs of PostgreSQL: by a URL, by key=value words, or by a service.
Over TCP the server's certificate is verified
.Pq Cm sslmode=verify-full ,
unless the URL or the service file sets another
.Cm sslmode ;
the variables
.Ev PGSSLMODE
and
.Ev PGGSSENCMODE
have no effect.
)mdoc";

const std::string_view configuration_format = R"mdoc(A mapping with two entries.
.Cm contexts
holds named environments, and
.Cm current
names the one that is used where none is asked for.
A file that cannot be read, or has another shape, is an error; acctl never falls back to the embedded server.
A context holds values for those global options that have an environment variable, and
.Cm parallel ,
by their names without dashes:
.Bd -literal -offset indent
current: staging
contexts:
  staging:
    database: service=staging
  production:
    database: postgresql://acctl@db.example.org/acctl
    output: json
    timeout: 60s
.Ed
)mdoc";

const std::string_view caveat_section = R"mdoc(.Sh CAVEATS
A password does not belong on the command line, where every user of the machine can read it: use a password file, a
service file or the environment of libpq.
.Pp
Tenants are locked by sessions of PostgreSQL.
Behind a pooler that shares sessions by transaction these locks do not hold: give
.Nm
a direct connection.
.Pp
The embedded server is for one machine: it has neither replicas nor backups.
)mdoc";

}  // namespace acctl
