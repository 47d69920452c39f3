// GStreamer as Swift can import it: macros and variadic functions become static inline functions, and every object is
// taken as the type its owner holds, so that no cast is needed on the Swift side.
#ifndef FLYONCE_CGSTREAMER_SHIM_H
#define FLYONCE_CGSTREAMER_SHIM_H

#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/base/gstbasesink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

// Objects

static inline GstElement *shim_parse_pipeline(const char *description, GError **error) {
    GstElement *element = gst_parse_launch_full(description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
    if (element == NULL) return NULL;
    gst_object_ref_sink(element);
    if (GST_IS_PIPELINE(element)) return element;
    GstElement *pipeline = gst_object_ref_sink(gst_pipeline_new(NULL));
    gst_bin_add(GST_BIN(pipeline), element);
    gst_object_unref(element);
    return pipeline;
}

static inline GstElement *shim_bin_get(GstElement *bin, const char *name) {
    return gst_bin_get_by_name(GST_BIN(bin), name);
}

static inline GstBus *shim_pipeline_bus(GstElement *pipeline) {
    return gst_pipeline_get_bus(GST_PIPELINE(pipeline));
}

static inline gboolean shim_has_property(GstElement *element, const char *name) {
    return g_object_class_find_property(G_OBJECT_GET_CLASS(element), name) != NULL;
}

static inline GType shim_property_type(GstElement *element, const char *name) {
    GParamSpec *spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), name);
    return spec == NULL ? G_TYPE_INVALID : spec->value_type;
}

static inline gboolean shim_is_string_property(GstElement *element, const char *name) {
    return shim_property_type(element, name) == G_TYPE_STRING;
}

static inline gboolean shim_is_app_source(GstElement *element) { return GST_IS_APP_SRC(element); }
static inline gboolean shim_is_app_sink(GstElement *element) { return GST_IS_APP_SINK(element); }

static inline void shim_set_string(GstElement *element, const char *name, const char *value) {
    g_object_set(element, name, value, NULL);
}

// Sets a number or a boolean, converted to the property's own type; false when it has no such conversion.
static inline gboolean shim_set_integer(GstElement *element, const char *name, gint64 value) {
    GType type = shim_property_type(element, name);
    if (type == G_TYPE_INVALID) return FALSE;
    GValue given = G_VALUE_INIT, converted = G_VALUE_INIT;
    g_value_init(&given, G_TYPE_INT64);
    g_value_set_int64(&given, value);
    g_value_init(&converted, type);
    gboolean done = g_value_transform(&given, &converted);
    if (done) g_object_set_property(G_OBJECT(element), name, &converted);
    g_value_unset(&given);
    g_value_unset(&converted);
    return done;
}

// Renders so far by a sink, from its statistics.
static inline guint64 shim_rendered(GstElement *element) {
    guint64 rendered = 0;
    if (!GST_IS_BASE_SINK(element)) return 0;
    GstStructure *stats = gst_base_sink_get_stats(GST_BASE_SINK(element));
    if (stats == NULL) return 0;
    gst_structure_get_uint64(stats, "rendered", &rendered);
    gst_structure_free(stats);
    return rendered;
}

// True once the end of the stream reached the element's sink pad.
static inline gboolean shim_is_at_end(GstElement *element) {
    GstPad *pad = gst_element_get_static_pad(element, "sink");
    if (pad == NULL) return FALSE;
    gboolean is_eos = GST_PAD_IS_EOS(pad);
    gst_object_unref(pad);
    return is_eos;
}

// Messages

static inline GstMessageType shim_message_type(GstMessage *message) { return GST_MESSAGE_TYPE(message); }
static inline const char *shim_message_type_name(GstMessage *message) { return GST_MESSAGE_TYPE_NAME(message); }
static inline const char *shim_message_source(GstMessage *message) { return GST_MESSAGE_SRC_NAME(message); }
static inline void shim_message_unref(GstMessage *message) { gst_message_unref(message); }

// Buffers, caps, samples

static inline GstClockTime shim_buffer_pts(GstBuffer *buffer) { return GST_BUFFER_PTS(buffer); }
static inline GstClockTime shim_buffer_dts(GstBuffer *buffer) { return GST_BUFFER_DTS(buffer); }
static inline GstClockTime shim_buffer_duration(GstBuffer *buffer) { return GST_BUFFER_DURATION(buffer); }
static inline guint shim_buffer_flags(GstBuffer *buffer) { return GST_BUFFER_FLAGS(buffer); }

static inline void shim_buffer_stamp(
    GstBuffer *buffer, GstClockTime pts, GstClockTime dts, GstClockTime duration, guint set, guint unset) {
    GST_BUFFER_PTS(buffer) = pts;
    GST_BUFFER_DTS(buffer) = dts;
    GST_BUFFER_DURATION(buffer) = duration;
    GST_BUFFER_FLAG_UNSET(buffer, unset);
    GST_BUFFER_FLAG_SET(buffer, set);
}

static inline GstBuffer *shim_buffer_ref(GstBuffer *buffer) { return gst_buffer_ref(buffer); }
static inline void shim_buffer_unref(GstBuffer *buffer) { gst_buffer_unref(buffer); }
static inline GstBuffer *shim_buffer_copy(GstBuffer *buffer) { return gst_buffer_copy(buffer); }
static inline GstCaps *shim_caps_ref(GstCaps *caps) { return gst_caps_ref(caps); }
static inline void shim_caps_unref(GstCaps *caps) { gst_caps_unref(caps); }
static inline void shim_sample_unref(GstSample *sample) { gst_sample_unref(sample); }

// Running time of a position, negative before the segment; G_MININT64 when the segment or the position has none.
static inline gint64 shim_sample_running_time(GstSample *sample, GstClockTime position) {
    const GstSegment *segment = gst_sample_get_segment(sample);
    if (segment == NULL || segment->format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID(position)) return G_MININT64;
    guint64 running = 0;
    int sign = gst_segment_to_running_time_full(segment, GST_FORMAT_TIME, position, &running);
    if (sign == 0 || running > (guint64)G_MAXINT64) return G_MININT64;
    return sign > 0 ? (gint64)running : -(gint64)running;
}

// Application elements

static inline GstSample *shim_app_sink_try_pull(GstElement *sink, GstClockTime timeout) {
    return gst_app_sink_try_pull_sample(GST_APP_SINK(sink), timeout);
}

static inline gboolean shim_app_sink_is_eos(GstElement *sink) { return gst_app_sink_is_eos(GST_APP_SINK(sink)); }

typedef GstFlowReturn (*shim_new_sample)(GstAppSink *sink, gpointer data);
typedef void (*shim_eos)(GstAppSink *sink, gpointer data);

static inline void shim_app_sink_set_callbacks(
    GstElement *sink, shim_new_sample new_sample, shim_eos eos, gpointer data, GDestroyNotify notify) {
    GstAppSinkCallbacks callbacks = {0};
    callbacks.new_sample = new_sample;
    callbacks.eos = eos;
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, data, notify);
}

static inline GstSample *shim_app_sink_take(GstAppSink *sink) { return gst_app_sink_try_pull_sample(sink, 0); }

static inline void shim_app_src_set_caps(GstElement *source, GstCaps *caps) {
    gst_app_src_set_caps(GST_APP_SRC(source), caps);
}

static inline GstFlowReturn shim_app_src_push(GstElement *source, GstBuffer *buffer) {
    return gst_app_src_push_buffer(GST_APP_SRC(source), buffer);
}

static inline GstFlowReturn shim_app_src_end(GstElement *source) {
    return gst_app_src_end_of_stream(GST_APP_SRC(source));
}

static inline guint64 shim_app_src_level(GstElement *source) {
    return gst_app_src_get_current_level_bytes(GST_APP_SRC(source));
}

// Memory that a giostreamsink writes to

static inline GOutputStream *shim_memory_stream(GstElement *sink) {
    GOutputStream *stream = g_memory_output_stream_new_resizable();
    g_object_set(sink, "stream", stream, NULL);
    return stream;
}

static inline gsize shim_memory_size(GOutputStream *stream) {
    return g_memory_output_stream_get_data_size(G_MEMORY_OUTPUT_STREAM(stream));
}

static inline const guint8 *shim_memory_data(GOutputStream *stream) {
    return g_memory_output_stream_get_data(G_MEMORY_OUTPUT_STREAM(stream));
}

static inline void shim_memory_free(GOutputStream *stream) { g_object_unref(stream); }

// A source pad of our own, linked straight into an element

static inline GstPad *shim_source_pad_into(GstElement *element) {
    GstPad *peer = gst_element_get_static_pad(element, "sink");
    if (peer == NULL) return NULL;
    GstPad *pad = gst_object_ref_sink(gst_pad_new("flyonce", GST_PAD_SRC));
    gst_pad_set_active(pad, TRUE);
    gboolean linked = GST_PAD_LINK_SUCCESSFUL(gst_pad_link(pad, peer));
    gst_object_unref(peer);
    if (linked) return pad;
    gst_pad_set_active(pad, FALSE);
    gst_object_unref(pad);
    return NULL;
}

static inline void shim_source_pad_start(GstPad *pad, GstCaps *caps) {
    GstSegment segment;
    gst_pad_push_event(pad, gst_event_new_stream_start("flyonce"));
    gst_pad_push_event(pad, gst_event_new_caps(caps));
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(pad, gst_event_new_segment(&segment));
}

static inline gboolean shim_source_pad_end(GstPad *pad) { return gst_pad_push_event(pad, gst_event_new_eos()); }

static inline void shim_source_pad_free(GstPad *pad) {
    GstPad *peer = gst_pad_get_peer(pad);
    if (peer != NULL) {
        gst_pad_unlink(pad, peer);
        gst_object_unref(peer);
    }
    gst_pad_set_active(pad, FALSE);
    gst_object_unref(pad);
}

// The caps of an element's n-th source pad as text, owned by the caller; NULL past the last pad or without caps.
static inline char *shim_source_pad_caps(GstElement *element, guint index) {
    char *text = NULL;
    GST_OBJECT_LOCK(element);
    GList *link = g_list_nth(element->srcpads, index);
    GstPad *pad = link == NULL ? NULL : gst_object_ref(link->data);
    GST_OBJECT_UNLOCK(element);
    if (pad == NULL) return NULL;
    GstCaps *caps = gst_pad_get_current_caps(pad);
    if (caps != NULL) {
        text = gst_caps_to_string(caps);
        gst_caps_unref(caps);
    }
    gst_object_unref(pad);
    return text;
}

#endif
