/* A caller made of liblinphone, without a window: it reads what to do from stdin and tells on stdout what it hears.
 *
 *   talk <own address> <own port> <address of the house> <proxy>
 *
 * stdin, a command a line:   page <text>   a message outside any dialog (RFC 3428)
 *                            typing        tells that somebody is typing (RFC 3994)
 *                            invite        invites by real-time text (RFC 4103)
 *                            type <text>   types a line of real-time text
 *                            say <text>    a message within the dialog of the invitation
 *                            bye           ends it
 *                            quit
 * stdout, an event a line:   heard <text>, delivered <text>, failed <text>, composing, session <state>, left
 */
#include <linphone/core.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static LinphoneCore *core;
static LinphoneAddress *us, *house;
static LinphoneCall *session;

static void tell(const char *what, const char *text) {
  printf("%s%s%s\n", what, text ? " " : "", text ? text : "");
  fflush(stdout);
}

static void on_state(LinphoneChatMessage *message, LinphoneChatMessageState state) {
  const char *text = linphone_chat_message_get_utf8_text(message);
  if (state == LinphoneChatMessageStateDelivered) tell("delivered", text);
  if (state == LinphoneChatMessageStateNotDelivered) tell("failed", text);
}

static void on_message(LinphoneCore *c, LinphoneChatRoom *room, LinphoneChatMessage *message) {
  (void)c, (void)room;
  tell("heard", linphone_chat_message_get_utf8_text(message));
}

static void on_composing(LinphoneCore *c, LinphoneChatRoom *room) {
  (void)c;
  if (linphone_chat_room_is_remote_composing(room)) tell("composing", NULL);
}

static void on_call(LinphoneCore *c, LinphoneCall *call, LinphoneCallState state, const char *why) {
  (void)c, (void)call, (void)why;
  tell("session", linphone_call_state_to_string(state));
  if (state == LinphoneCallStateReleased) session = NULL;
}

static LinphoneChatRoom *room(void) {
  LinphoneChatRoomParams *params = linphone_core_create_default_chat_room_params(core);
  linphone_chat_room_params_set_backend(params, LinphoneChatRoomBackendBasic);
  linphone_chat_room_params_enable_group(params, FALSE);
  linphone_chat_room_params_enable_encryption(params, FALSE);
  LinphoneChatRoom *known = linphone_core_search_chat_room(core, params, us, house, NULL);
  if (known != NULL) return known;
  bctbx_list_t *others = bctbx_list_append(NULL, house);
  return linphone_core_create_chat_room_6(core, params, us, others);
}

static void watch(LinphoneChatMessage *message) {
  LinphoneChatMessageCbs *callbacks = linphone_factory_create_chat_message_cbs(linphone_factory_get());
  linphone_chat_message_cbs_set_msg_state_changed(callbacks, on_state);
  linphone_chat_message_add_callbacks(message, callbacks);
}

static void page(const char *text) {
  LinphoneChatMessage *message = linphone_chat_room_create_message_from_utf8(room(), text);
  watch(message);
  linphone_chat_message_send(message);
}

static void invite(void) {
  LinphoneCallParams *params = linphone_core_create_call_params(core, NULL);
  linphone_call_params_enable_audio(params, FALSE);
  linphone_call_params_enable_video(params, FALSE);
  linphone_call_params_enable_realtime_text(params, TRUE);
  session = linphone_core_invite_address_with_params(core, house, params);
}

/* Each character leaves as it is typed; the line's end makes it a message (T.140, 8). */
static void type(const char *text) {
  LinphoneChatRoom *lines = linphone_call_get_chat_room(session);
  LinphoneChatMessage *message = linphone_chat_room_create_message_from_utf8(lines, "");
  for (; *text != '\0'; text += 1) linphone_chat_message_put_char(message, (unsigned char)*text);
  linphone_chat_message_send(message);
}

static int obey(char *line) {
  char *text = strchr(line, ' ');
  if (text != NULL) *text++ = '\0';
  if (strcmp(line, "quit") == 0) return 0;
  if ((strcmp(line, "page") == 0 || strcmp(line, "say") == 0) && text != NULL) page(text);
  else if (strcmp(line, "typing") == 0) linphone_chat_room_compose(room());
  else if (strcmp(line, "invite") == 0) invite();
  else if (strcmp(line, "type") == 0 && text != NULL && session != NULL) type(text);
  else if (strcmp(line, "bye") == 0 && session != NULL) linphone_call_terminate(session);
  else tell("unknown", line);
  return 1;
}

static void start(const char *directory, const char *own, int port, const char *proxy) {
  LinphoneFactory *factory = linphone_factory_get();
  linphone_logging_service_set_log_level(linphone_logging_service_get(), LinphoneLogLevelFatal);
  linphone_factory_set_config_dir(factory, directory);
  linphone_factory_set_data_dir(factory, directory);
  LinphoneConfig *config = linphone_config_new(NULL);
  char database[512];
  snprintf(database, sizeof database, "%s/talk.db", directory);
  /* Without a database liblinphone dies at the first message. */
  linphone_config_set_string(config, "storage", "backend", "sqlite3");
  linphone_config_set_string(config, "storage", "uri", database);
  linphone_config_set_int(config, "lime", "enabled", 0);
  linphone_config_set_int(config, "video", "enabled", 0);
  linphone_config_set_int(config, "sip", "chat_use_call_dialogs", 1);
  core = linphone_factory_create_core_with_config_3(factory, config, NULL);
  linphone_core_enable_ipv6(core, FALSE);
  linphone_core_set_network_reachable(core, TRUE);
  /* No sound. */
  linphone_core_set_use_files(core, TRUE);
  linphone_core_enable_realtime_text(core, TRUE);
  LinphoneTransports *transports = linphone_core_get_transports(core);
  linphone_transports_set_udp_port(transports, port);
  linphone_transports_set_tcp_port(transports, port);
  linphone_transports_set_tls_port(transports, 0);
  linphone_core_set_transports(core, transports);
  LinphoneCoreCbs *callbacks = linphone_factory_create_core_cbs(factory);
  linphone_core_cbs_set_message_received(callbacks, on_message);
  linphone_core_cbs_set_is_composing_received(callbacks, on_composing);
  linphone_core_cbs_set_call_state_changed(callbacks, on_call);
  linphone_core_add_callbacks(core, callbacks);
  linphone_core_start(core);

  us = linphone_factory_create_address(factory, own);
  LinphoneAddress *way = linphone_factory_create_address(factory, proxy);
  LinphoneAccountParams *params = linphone_core_create_account_params(core);
  linphone_account_params_set_identity_address(params, us);
  linphone_account_params_set_server_address(params, way);
  linphone_account_params_set_routes_addresses(params, bctbx_list_append(NULL, way));
  linphone_account_params_set_register_enabled(params, FALSE);
  linphone_account_params_set_publish_enabled(params, FALSE);
  LinphoneAccount *account = linphone_core_create_account(core, params);
  linphone_core_add_account(core, account);
  linphone_core_set_default_account(core, account);
}

int main(int count, char **given) {
  if (count != 5) return 2;
  char directory[] = "/tmp/usher-linphone-XXXXXX";
  if (mkdtemp(directory) == NULL) return 1;
  house = linphone_factory_create_address(linphone_factory_get(), given[3]);
  start(directory, given[1], atoi(given[2]), given[4]);
  tell("ready", NULL);
  char buffer[4096];
  size_t filled = 0;
  for (int going = 1; going;) {
    linphone_core_iterate(core);
    struct pollfd stdin_ready = {.fd = 0, .events = POLLIN};
    if (poll(&stdin_ready, 1, 20) <= 0) continue;
    ssize_t more = read(0, buffer + filled, sizeof buffer - filled);
    if (more <= 0) break;
    filled += (size_t)more;
    for (char *end; going && (end = memchr(buffer, '\n', filled)) != NULL;) {
      *end = '\0';
      size_t used = (size_t)(end - buffer) + 1;
      going = obey(buffer);
      memmove(buffer, buffer + used, filled -= used);
    }
  }
  linphone_core_stop(core);
  linphone_core_unref(core);
  tell("left", NULL);
  char remove[600];
  snprintf(remove, sizeof remove, "rm -rf %s", directory);
  return system(remove) == 0 ? 0 : 1;
}
