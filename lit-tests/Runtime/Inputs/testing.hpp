// What the tests of the runtime share.
#pragma once
#include <cstdio>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/// Ends the function that it stands in, with 1, where x does not hold, and says where.
#define CHECK(x)                                                                                                       \
  do {                                                                                                                 \
    if (!(x)) {                                                                                                        \
      std::printf("FAILED line %d: %s\n", __LINE__, #x);                                                               \
      return 1;                                                                                                        \
    }                                                                                                                  \
  } while (0)

/// Two ends of a TCP connection. Gives what connect() gave.
inline int connect_both(int (&ends)[2]) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  bind(listener, reinterpret_cast<sockaddr *>(&address), size);
  listen(listener, 1);
  getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
  ends[0] = socket(AF_INET, SOCK_STREAM, 0);
  const int code = connect(ends[0], reinterpret_cast<sockaddr *>(&address), size);
  ends[1] = accept(listener, nullptr, nullptr);
  close(listener);
  return code;
}
