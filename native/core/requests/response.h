// A response as the host gives it, and as the plugin sees it.
#pragma once

#include <string>

#include "aisopod/plugin.h"

namespace aisopod {

struct Response {
  aisopod_status status = AISOPOD_OK;
  std::string json;     // JSON; on failure unused
  std::string message;  // on failure
  std::string details;  // on failure: JSON, or "" for none
};

// What a plugin is handed: the struct of the header and all that it points to. One that is given
// away by request_wait() comes back through response_release().
class OwnedResponse {
 public:
  OwnedResponse(uint64_t token, Response response, bool more);
  OwnedResponse(const OwnedResponse&) = delete;
  OwnedResponse& operator=(const OwnedResponse&) = delete;

  const aisopod_response* view() const { return &view_; }
  // `view`: what view() gave for one made with new; or nullptr.
  static void destroy(const aisopod_response* view);

 private:
  aisopod_response view_;  // first, since destroy() finds us by it
  aisopod_payload payload_;
  aisopod_failure failure_;
  const Response response_;
};

}  // namespace aisopod
