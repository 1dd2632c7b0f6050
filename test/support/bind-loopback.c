/* Preloaded into Orthanc by the tests: every listening socket is bound to 127.0.0.1, because Orthanc 1.10
   has no setting for its bind address; and it ends with the test that started it, however that ended. Build: gcc -shared -fPIC -o bind-loopback.so bind-loopback.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

__attribute__((constructor)) static void end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }

typedef int (*bind_function)(int, const struct sockaddr *, socklen_t);

int bind(int socket, const struct sockaddr *address, socklen_t length) {
  static bind_function next = NULL;
  if (next == NULL) {
    next = (bind_function)dlsym(RTLD_NEXT, "bind");
  }
  if (address->sa_family != AF_INET) {
    return next(socket, address, length);
  }
  struct sockaddr_in loopback;
  memcpy(&loopback, address, sizeof loopback);
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return next(socket, (const struct sockaddr *)&loopback, sizeof loopback);
}
