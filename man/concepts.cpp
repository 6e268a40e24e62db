#include "man/concepts.hpp"

namespace acctl {

const std::string_view concept_sections = R"mdoc(.Sh TENANT LIFE CYCLE
A tenant is provisioned in eight steps: registry, database, migrate, storage, routing, email, seed, activate.
Each step checks what exists before it acts, and is recorded with its attempts and its last error.
The last step publishes the route and sets the status in one update, so that an incomplete tenant is never reachable.
Running the command again resumes at the first missing step; on a complete tenant it changes nothing.
.Bl -tag -width deprovisioning
.It provisioning
Its resources are being created; it cannot be used yet.
.It active
In use.
.It suspended
Its data is kept, but none of its users can sign in, and its application cannot connect.
.It deprovisioning
Its resources are being removed, or held in quarantine until their removal.
.It deleted
Removed; the registry entry and the audit trail remain.
.It failed
A step failed.
The same command, or
.Cm tenant retry ,
resumes at this step.
.El
.Sh THE APPLICATION OF A TENANT
The application works in the database of its tenant with a database role of its own, and writes users, roles and teams there.
The database itself refuses what the application must not do: leave the tenant without an active admin whose role does not
expire; rename a system role or remove
.Li \(dq*\(dq
from it; assign roles that cover the entire enterprise; create custom roles or projects that the plan does not include; open
sessions or API keys for users who are not active; keep an invitation of an active user, or one to another address.
What the plan includes, and how much of it is used, is shown by the view
.Li app.plan .
.Pp
A transaction that changes users, roles, teams or other configuration has to do so before it updates
.Li last_sign_in_at
of a user: all writers lock in this order, and a writer that does not may be rolled back because of a deadlock.
.Sh SETTINGS
Each setting is taken from the first of these that has it: the option, the environment variable, the context of the
configuration file, the default.
An empty value is an error, on the command line, in a variable and in the configuration file, unless the help of the
option says that it clears something: a value that a script has lost must not select the embedded server or every
tenant.
A
.Fl \-context
on the command line is refused if
.Ev ACCTL_DATABASE_URL
names another database.
An option may stand anywhere after
.Nm ,
also between the words of a command;
.Fl \&-
ends the options.
.Pp
Data is written to standard output, everything else to standard error.
With
.Fl \-output Cm json
an error is also one JSON object.
.Pp
.Fl v
shows each statement by its name, with its database, milliseconds, rows and round trip, and each exchange with a mail
server, a sendmail program or a Maildir, with its host or path, milliseconds and outcome; never a parameter of a statement,
a recipient or a credential.
.Fl \-log-file
appends all of that to a file, or sends it to
.Cm syslog ,
as key=value pairs: time, level, run (as in the ledger), tenant, message, and the fields of the message.
.Fl \-log-format Cm json
makes each line an object with the same members.
Each line is one write, so that several runs can share a file; if
.Xr logrotate 8
has moved the file, it is created again.
Under systemd, each line on standard error starts with its priority.
.Pp
A database is given as in other PostgreSQL programs: as a URL, as key=value words, or as a service.
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
names the one that is used by default.
A file that cannot be read or is invalid is an error; acctl never falls back to the embedded server.
A context contains values of those global options that have an environment variable, and of
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
Do not put a password on the command line, where every user of the machine can read it: use a password file, a service
file or the environment variables of libpq.
.Pp
Tenants are locked by PostgreSQL sessions.
Behind a transaction pooler, these locks do not hold: give
.Nm
a direct connection.
.Pp
The embedded server is for a single machine: it has neither replicas nor backups.
)mdoc";

}  // namespace acctl
