/** A configuration that shows most of the format. The reference page prints it and a test reads it without a problem. */
export const workedExample = `; circus.ini
[circus]
include_dir = conf.d
umask = 027

[DEFAULT]
graceful_timeout = 10

; Variables for all watchers.
[env]
LOG_DIR = $(circus.config_dir)/log
NODE_ENV = production

; Variables for some.
[env:web,job-*]
PATH = $PATH:/opt/app/bin

[socket:web]
host = 127.0.0.1
port = 8000

[socket:admin]
path = $(circus.config_dir)/run/admin.sock
umask = 077
replace = true

; Inherits one socket, which the command names.
[watcher:web]
cmd = runner --fd $(circus.sockets.web) app.js
args = --worker $(circus.wid)
       --title "the web"
use_sockets = true
numprocesses = 4
ready = notify
ready_timeout = 20
reload_batch = 2
priority = 10
stdout_stream.filename = $(circus.env.LOG_DIR)/web.log
stdout_stream.max_bytes = 10M
stdout_stream.backup_count = 3
stderr_stream.class = StdoutStream

; Inherits listed sockets, as fds 3 and 4.
[watcher:console]
cmd = node console.js
use_sockets = admin, web
singleton = true
stop_signal = QUIT

[watcher:job-mail]
cmd = node mail.js
working_dir = $(circus.config_dir)
backoff = 500ms..5m
max_retry = -1
; A slot that dies three times in ten seconds rests for a minute.
flapping.attempts = 3
flapping.window = 10
flapping.retry_in = 60

; Starts after the web, with less of everything, and is asked to end in its own way.
[watcher:index]
cmd = exec java $JAVA_OPTS -jar index.jar < /dev/null
shell = true
depends_on = web, job-mail:started
uid = nobody
umask = 077
nice = 10
rlimit_nofile = 4096
rlimit_core = 0
max_age = 86400
stop_command = index-ctl shutdown --pid $(circus.pid)
hooks.after_stop = exec:logger -t index "is down"

; Starts with the first connection.
[watcher:export]
cmd = node export.js
stdin_socket = admin
on_demand = true
`
