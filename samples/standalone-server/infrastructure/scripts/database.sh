# shellcheck shell=bash
# For backup.sh and restore.sh: what an address postgres://… says, as libpq's environment. As an argument everybody on the machine
# could read its password.
database_environment() { # address
  local address=$1 query='' login='' parameter decoded
  decode() { decoded=${1//+/%2B}; printf -v decoded '%b' "${decoded//%/\\x}"; }
  address=${address#jdbc:}
  [[ $address =~ ^postgres(ql)?://(.+)/([^/?]+)(\?(.*))?$ ]] || { echo "This is no address postgres://user:password@host/name" >&2; return 1; }
  local hosts=${BASH_REMATCH[2]} name=${BASH_REMATCH[3]}
  query=${BASH_REMATCH[5]:-}
  if [[ $hosts == *@* ]]; then login=${hosts%@*} hosts=${hosts##*@}; fi
  unset PGUSER PGPASSWORD PGHOST PGPORT PGDATABASE PGSSLMODE PGTARGETSESSIONATTRS PGCONNECT_TIMEOUT
  decode "$name"; export PGDATABASE=$decoded
  if [ -n "$login" ]; then
    decode "${login%%:*}"; export PGUSER=$decoded
    if [[ $login == *:* ]]; then decode "${login#*:}"; export PGPASSWORD=$decoded; fi
  fi
  local host port='' all_hosts='' all_ports=''
  while IFS= read -r host; do
    port=5432
    if [[ $host =~ ^(.*):([0-9]+)$ ]]; then host=${BASH_REMATCH[1]} port=${BASH_REMATCH[2]}; fi
    host=${host#[} host=${host%]}
    all_hosts+=,$host all_ports+=,$port
  done <<<"${hosts//,/$'\n'}"
  export PGHOST=${all_hosts#,} PGPORT=${all_ports#,}
  while IFS= read -r parameter; do
    case $parameter in
      '') ;;
      sslmode=*) export PGSSLMODE=${parameter#*=} ;;
      connectTimeout=*) export PGCONNECT_TIMEOUT=${parameter#*=} ;;
      sslrootcert=*) decode "${parameter#*=}"; export PGSSLROOTCERT=$decoded ;;
      targetServerType=primary) export PGTARGETSESSIONATTRS=read-write ;;
      user=*) decode "${parameter#*=}"; export PGUSER=$decoded ;;
      password=*) decode "${parameter#*=}"; export PGPASSWORD=$decoded ;;
      *) echo "The parameter ${parameter%%=*} of the address is not understood here" >&2; return 1 ;;
    esac
  done <<<"${query//&/$'\n'}"
}
