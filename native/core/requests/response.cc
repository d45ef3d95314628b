#include "core/requests/response.h"

#include <type_traits>
#include <utility>

namespace aisopod {

OwnedResponse::OwnedResponse(uint64_t token, Response response, bool more)
    : view_(aisopod_init_<aisopod_response>()),
      payload_(aisopod_init_<aisopod_payload>()),
      failure_(aisopod_init_<aisopod_failure>()),
      response_(std::move(response)) {
  const bool good = response_.status == AISOPOD_OK;
  payload_.json = good ? response_.json.c_str() : "null";
  payload_.len = good ? response_.json.size() : 4;
  failure_.status = response_.status;
  failure_.message = response_.message.c_str();
  failure_.message_len = response_.message.size();
  failure_.details = response_.details.empty() ? nullptr : response_.details.c_str();
  failure_.details_len = response_.details.size();
  view_.flags = more ? AISOPOD_RESPONSE_MORE : 0;
  view_.token = token;
  view_.status = response_.status;
  view_.payload = &payload_;
  view_.failure = good ? nullptr : &failure_;
}

void OwnedResponse::destroy(const aisopod_response* view) {
  static_assert(std::is_standard_layout<aisopod_response>::value, "it begins an OwnedResponse");
  delete reinterpret_cast<const OwnedResponse*>(view);
}

}  // namespace aisopod
