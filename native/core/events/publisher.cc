#include "core/events/publisher.h"

#include "core/events/topic.h"
#include "core/host/plugin_text.h"
#include "core/host/read_struct.h"
#include "core/instance/instance.h"
#include "core/instance/parent.h"

namespace aisopod {

aisopod_status Publisher::publish(const aisopod_publication* from) {
  aisopod_publication publication;
  std::string why;
  const auto refused = [&](aisopod_status status) {
    return context_.refusals.refuse("publish", status, why);
  };
  aisopod_status status = read_struct(from, "aisopod_publication", 0, publication, why);
  if (status != AISOPOD_OK) return refused(status);
  size_t topic_len = 0;
  status = check_topic(publication.topic, why, topic_len);
  if (status != AISOPOD_OK) {
    why = "the topic '" + shown(publication.topic) + "': " + why;
    return refused(status);
  }
  Message m = context_.message(MessageType::publication);
  Fields<MessageType::publication> fields(m);
  status = take_payload(publication.payload, context_.limits.payload_bytes, fields.json(), why);
  if (status != AISOPOD_OK) return refused(status);
  if (!context_.may_request()) return AISOPOD_E_STATE;
  Parent parent;
  status = instance_->find_parent(publication.parent, parent, why);
  if (status != AISOPOD_OK) return refused(status);

  fields.topic().assign(publication.topic, topic_len);
  fields.parent() = parent.token;
  fields.meta() = without_authority(parent.meta);
  m.budget_bytes = fields.topic().size() + fields.json().size() + fields.meta().size();
  if (!unread_->take(m.budget_bytes, context_.limits.queue, context_.limits.queue_bytes)) {
    return AISOPOD_E_AGAIN;
  }
  m.budget = unread_;
  context_.push(std::move(m));
  return AISOPOD_OK;
}

}  // namespace aisopod
