#!/usr/bin/env bash
# What scripts/package_test.sh does inside of the bare system. It ends at the first thing that is not as it should be.
set -euo pipefail

step() { printf '== %s\n' "$1" >&2; }
fail() {
  echo "package test: $1" >&2
  exit 1
}
expect() { [[ $2 == "$1" ]] || fail "expected '$1', but found '$2'"; }
has() { [[ -e $1 ]] || fail "$1 is missing"; }
lacks() { [[ ! -e $1 ]] || fail "$1 should not be there"; }
as_user() { runuser -u mia -- env HOME=/home/mia "$@"; }

step "install"
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/acctl.conf
# No page of a manual is installed in an image; ours are to be seen.
rm -f /etc/dpkg/dpkg.cfg.d/docker
apt-get update -q >/dev/null
apt-get install -q -y --no-install-recommends /package/acctl.deb >/dev/null
expect "install ok installed" "$(dpkg-query -W -f '${Status}' acctl)"
for file in /usr/bin/acctl /usr/share/man/man1/acctl.1.gz /usr/share/man/man5/acctl-definitions.5.gz \
  /usr/share/bash-completion/completions/acctl /usr/share/zsh/vendor-completions/_acctl \
  /usr/share/fish/vendor_completions.d/acctl.fish /usr/lib/systemd/system/acctl-outbox.timer \
  /usr/lib/systemd/system/acctl-purge.service /etc/default/acctl /usr/share/doc/acctl/copyright \
  /usr/share/doc/acctl/acctl.cdx.json /usr/share/doc/acctl/examples/config.yaml; do
  has "$file"
done
grep -q '^ExecStart=/usr/bin/acctl ' /usr/lib/systemd/system/acctl-outbox.service || fail "the unit names another program"
expect "/var/lib/acctl /usr/sbin/nologin" "$(getent passwd acctl | cut -d: -f6,7 | tr : ' ')"
expect "acctl:acctl 750" "$(stat -c '%U:%G %a' /var/lib/acctl)"
expect "root:acctl 750" "$(stat -c '%U:%G %a' /etc/acctl)"
expect "" "$(find /usr/share/doc/acctl /usr/share/man -newer /package/acctl.deb -name 'acctl*' -type f)"
acctl --version | head -n 1 | grep -qx 'acctl [0-9.]*' || fail "--version does not begin with the version"
acctl --version | grep -q '^commit [0-9a-f]\{40\}$' || fail "--version names no commit"
runuser -u acctl -- acctl version >/dev/null 2>&1 || fail "the account acctl cannot run it"

step "use: an embedded server, a tenant, a role changed by the files and steps that acctl init lays out"
apt-get install -q -y --no-install-recommends postgresql >/dev/null
useradd -m mia
cd /home/mia
as_user acctl platform init >/dev/null
as_user acctl tenant create acme --name Acme --admin-email it@acme.example --no-mail >/dev/null
as_user git config --global user.email mia@acme.example
as_user git config --global user.name Mia
as_user git config --global init.defaultBranch main
as_user git init -q rights
as_user acctl init rights --pack helpdesk --ci github --ci gitlab >/dev/null
cd rights
as_user git config core.hooksPath .githooks
as_user git add .
as_user git commit -q -m "definitions: begin with the pack"
as_user ci/plan.sh
grep -q 'take over' plan.md || fail "the first plan takes nothing over"
as_user ci/apply.sh
sed -i 's/^    name: Support Agent$/    name: Agent of the first line/' definitions/roles.yaml
as_user git commit -q -a -m "definitions: rename a role"
as_user ci/plan.sh
grep -q 'Agent of the first line' plan.md plan.html || fail "the plan does not show the new name"
as_user ci/apply.sh
as_user acctl role show support-agent -t acme | grep -q 'Agent of the first line' || fail "the role was not changed"
as_user ci/drift.sh || fail "there is drift right after an apply"
as_user acctl role edit support-agent --name Other -t acme --yes >/dev/null
! as_user ci/drift.sh || fail "drift is not found"
# The hook refuses what is not valid.
echo 'rolls: {}' >>definitions/roles.yaml
! as_user git commit -q -a -m "definitions: a mistake" 2>/dev/null || fail "the hook lets a mistake pass"
cd /

step "upgrade"
echo "# ours" >>/etc/default/acctl
install -o acctl -g acctl -m 0600 /dev/null /etc/acctl/platform.key
apt-get install -q -y --no-install-recommends /package/next.deb >/dev/null
dpkg-query -W -f '${Version}' acctl | grep -q -- '-2$' || fail "it was not upgraded"
tail -n 1 /etc/default/acctl | grep -qx '# ours' || fail "the configuration was overwritten"
expect "root:acctl 750" "$(stat -c '%U:%G %a' /etc/acctl)"
as_user acctl tenant show acme >/dev/null || fail "the tenant is gone after the upgrade"
as_user acctl local destroy --yes >/dev/null

step "remove and purge"
apt-get remove -q -y acctl >/dev/null
lacks /usr/bin/acctl
lacks /usr/lib/systemd/system/acctl-outbox.timer
has /etc/default/acctl
apt-get purge -q -y acctl >/dev/null 2>&1
lacks /etc/default/acctl
has /etc/acctl/platform.key # somebody's key is not ours to destroy
lacks /var/lib/acctl
rm -r /etc/acctl
expect "" "$(find / -xdev -name '*acctl*' -not -path '/package/*' -not -path '/home/*' -not -path '/proc/*' \
  -not -path '/etc/postgresql-common/*' -not -path '/var/log/*' -not -path '/var/cache/*')"

step "install and purge with nothing added leaves nothing but the account"
apt-get install -q -y --no-install-recommends /package/acctl.deb >/dev/null
apt-get purge -q -y acctl >/dev/null
lacks /etc/acctl
lacks /var/lib/acctl
