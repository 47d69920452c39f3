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
#include <malloc.h>

// Heap

// By default glibc keeps up to eight heaps a core, each at the most its threads ever needed, and lets pictures of megabytes
// into them once the first was freed.
static inline void shim_bound_heap(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 4);
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 256 << 10);
#endif
}

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

// Trust

// Hands an element the authorities of a PEM file as its `tls-database`; FALSE with `error` set when they cannot be read.
static inline gboolean shim_set_authority(GstElement *element, const char *path, GError **error) {
    GTlsDatabase *database = g_tls_file_database_new(path, error);
    if (database == NULL) return FALSE;
    g_object_set(element, "tls-database", database, NULL);
    g_object_unref(database);
    return TRUE;
}

// Callers of an SRT listener: those that asked, and those that were taken. Counted on its threads.
typedef struct {
    gint asked;
    gint taken;
} shim_callers;

static inline gboolean shim_caller_asked(GstElement *source, gpointer address, const char *stream, gpointer callers) {
    (void)source, (void)address, (void)stream;
    g_atomic_int_inc(&((shim_callers *)callers)->asked);
    return TRUE;
}

static inline void shim_caller_taken(GstElement *source, gint socket, gpointer address, gpointer callers) {
    (void)source, (void)socket, (void)address;
    g_atomic_int_inc(&((shim_callers *)callers)->taken);
}

// Once for an element, whose own the figures are. False when it does not tell of its callers.
static inline gboolean shim_watch_callers(GstElement *source) {
    GType type = G_OBJECT_TYPE(source);
    if (!g_signal_lookup("caller-connecting", type) || !g_signal_lookup("caller-added", type)) return FALSE;
    shim_callers *callers = g_new0(shim_callers, 1);
    g_object_set_data_full(G_OBJECT(source), "flyonce-callers", callers, g_free);
    g_signal_connect(source, "caller-connecting", G_CALLBACK(shim_caller_asked), callers);
    g_signal_connect(source, "caller-added", G_CALLBACK(shim_caller_taken), callers);
    return TRUE;
}

// False when they are not watched.
static inline gboolean shim_read_callers(GstElement *source, gint *asked, gint *taken) {
    shim_callers *callers = g_object_get_data(G_OBJECT(source), "flyonce-callers");
    if (callers == NULL) return FALSE;
    *taken = g_atomic_int_get(&callers->taken);
    *asked = g_atomic_int_get(&callers->asked);
    return TRUE;
}

static inline gboolean shim_supports_tls(void) { return g_tls_backend_supports_tls(g_tls_backend_get_default()); }

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

// The sender's clock by RTCP sender reports, nanoseconds since 1900; FALSE where the buffer has none.
static inline gboolean shim_buffer_ntp(GstBuffer *buffer, guint64 *time) {
    gpointer state = NULL;
    GstMeta *meta;
    while ((meta = gst_buffer_iterate_meta_filtered(buffer, &state, GST_REFERENCE_TIMESTAMP_META_API_TYPE)) != NULL) {
        GstReferenceTimestampMeta *found = (GstReferenceTimestampMeta *)meta;
        if (!gst_structure_has_name(gst_caps_get_structure(found->reference, 0), "timestamp/x-ntp")) continue;
        if (!GST_CLOCK_TIME_IS_VALID(found->timestamp)) continue;
        *time = found->timestamp;
        return TRUE;
    }
    return FALSE;
}

// Maps for reading. A map joins a buffer's memories and, when nobody else refers to the buffer, puts the joined one in their
// place while other threads may be copying it: a second reference keeps it from that.
static inline gboolean shim_buffer_map(GstBuffer *buffer, GstMapInfo *map) {
    gst_buffer_ref(buffer);
    gboolean is_mapped = gst_buffer_map(buffer, map, GST_MAP_READ);
    gst_buffer_unref(buffer);
    return is_mapped;
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

// Makes an element and takes it to READY, where it opens its device; false when there is none such or it will not open.
static inline gboolean shim_opens(const char *name) {
    GstElement *element = gst_element_factory_make(name, NULL);
    if (element == NULL) return FALSE;
    gst_object_ref_sink(element);
    gboolean opens = gst_element_set_state(element, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE;
    gst_element_set_state(element, GST_STATE_NULL);
    gst_object_unref(element);
    return opens;
}

// Decoded pictures

// The luma plane of a mapped picture. `value = (sample >> shift) & (1 << depth) - 1`, at `data + y * stride + x * step`.
typedef struct {
    GstVideoFrame frame;
    const guint8 *data;
    gsize size;
    gint width, height, stride, step, depth, shift;
    gboolean is_full_range;
} shim_luma;

// Maps a picture by its own video meta, else by its caps. FALSE, with nothing mapped, when it is no such picture in plain
// rows, or its memory is smaller than its form says. Unmap with shim_luma_unmap.
static inline gboolean shim_luma_map(GstBuffer *buffer, GstCaps *caps, shim_luma *luma) {
    GstVideoInfo info;
    if (!gst_video_info_from_caps(&info, caps)) return FALSE;
    const GstVideoFormatInfo *format = info.finfo;
    if (!(GST_VIDEO_FORMAT_INFO_IS_YUV(format) || GST_VIDEO_FORMAT_INFO_IS_GRAY(format)) ||
        GST_VIDEO_FORMAT_INFO_IS_TILED(format) || GST_VIDEO_FORMAT_INFO_IS_COMPLEX(format) ||
        !GST_VIDEO_FORMAT_INFO_IS_LE(format) && GST_VIDEO_FORMAT_INFO_DEPTH(format, 0) > 8)
        return FALSE;
    if (!gst_video_frame_map(&luma->frame, &info, buffer, GST_MAP_READ)) return FALSE;
    GstVideoFrame *frame = &luma->frame;
    gint plane = GST_VIDEO_FRAME_COMP_PLANE(frame, 0);
    const GstMapInfo *map = &frame->map[frame->meta == NULL ? 0 : plane];
    luma->data = (const guint8 *)GST_VIDEO_FRAME_COMP_DATA(frame, 0);
    luma->width = GST_VIDEO_FRAME_COMP_WIDTH(frame, 0);
    luma->height = GST_VIDEO_FRAME_COMP_HEIGHT(frame, 0);
    luma->stride = GST_VIDEO_FRAME_COMP_STRIDE(frame, 0);
    luma->step = GST_VIDEO_FRAME_COMP_PSTRIDE(frame, 0);
    luma->depth = GST_VIDEO_FRAME_COMP_DEPTH(frame, 0);
    luma->shift = GST_VIDEO_FORMAT_INFO_SHIFT(format, 0);
    luma->is_full_range = info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
    gsize bytes = luma->depth > 8 ? 2 : 1;
    gboolean is_whole = luma->width > 0 && luma->height > 0 && luma->step >= (gint)bytes && luma->depth <= 16 &&
                        luma->stride >= luma->width * luma->step - luma->step + (gint)bytes && luma->data >= map->data;
    if (is_whole) {
        luma->size = (gsize)luma->stride * (luma->height - 1) + (gsize)luma->step * (luma->width - 1) + bytes;
        gsize offset = luma->data - map->data;
        is_whole = offset <= map->size && luma->size <= map->size - offset;
    }
    if (!is_whole) gst_video_frame_unmap(frame);
    return is_whole;
}

static inline void shim_luma_unmap(shim_luma *luma) { gst_video_frame_unmap(&luma->frame); }

static inline GstPadProbeReturn shim_offer_video_meta(GstPad *pad, GstPadProbeInfo *info, gpointer data) {
    GstQuery *query = GST_PAD_PROBE_INFO_QUERY(info);
    (void)pad;
    (void)data;
    if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION) return GST_PAD_PROBE_OK;
    gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, NULL);
    return GST_PAD_PROBE_HANDLED;
}

// Lets what comes before a sink give pictures with rows of its own length: a decoder then need not copy each one.
static inline void shim_accept_video_meta(GstElement *sink) {
    GstPad *pad = gst_element_get_static_pad(sink, "sink");
    if (pad == NULL) return;
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, shim_offer_video_meta, NULL, NULL);
    gst_object_unref(pad);
}

// A program that is run and watched, by GLib's spawning and one socket pair

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    pid_t pid;
    int socket, output;
} shim_child;

// Between fork and exec: only what POSIX calls async-signal-safe. Its own group, so that a shell's children end with it; no
// signal blocked; it ends with the thread that started it.
static inline void shim_child_set_up(gpointer data) {
    sigset_t none;
    (void)data;
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

// `arguments` holds `count` strings, each ended by a NUL. The child finds its end of the socket at descriptor 3, its standard
// output and error go to `output`, its standard input is empty. Both descriptors here do not block and are closed on exec.
static inline gboolean shim_child_start(
    const char *arguments, gsize count, const char *variable, shim_child *child, GError **error
) {
    int pair[2], output[2], target = 3;
    child->pid = 0;
    child->socket = child->output = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "no socket: %s", g_strerror(errno));
        return FALSE;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, output) != 0) {
        g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "no socket: %s", g_strerror(errno));
        close(pair[0]);
        close(pair[1]);
        return FALSE;
    }
    gchar **argv = g_new0(gchar *, count + 1);
    for (gsize i = 0; i < count; i++, arguments += strlen(arguments) + 1) argv[i] = (gchar *)arguments;
    gchar **environment = g_environ_setenv(g_get_environ(), variable, "3", TRUE);
    environment = g_environ_unsetenv(environment, "NOTIFY_SOCKET");
    environment = g_environ_unsetenv(environment, "WATCHDOG_USEC");
    environment = g_environ_unsetenv(environment, "CREDENTIALS_DIRECTORY");
    gboolean is_started = g_spawn_async_with_pipes_and_fds(
        NULL, (const gchar *const *)argv, (const gchar *const *)environment,
        G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, shim_child_set_up, NULL, -1, output[1], output[1], &pair[1],
        &target, 1, &child->pid, NULL, NULL, NULL, error);
    g_strfreev(environment);
    g_free(argv);
    close(pair[1]);
    close(output[1]);
    if (!is_started) {
        close(pair[0]);
        close(output[0]);
        return FALSE;
    }
    child->socket = pair[0];
    child->output = output[0];
    return TRUE;
}

// Bytes sent; 0 when the other side has no room; -1 when it is gone.
static inline gssize shim_socket_send(int socket, const guint8 *bytes, gsize count) {
    gssize sent;
    do sent = send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0) return sent;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? 0 : -1;
}

// Bytes received; 0 when nothing is there; -1 when the other side is gone.
static inline gssize shim_socket_receive(int socket, guint8 *bytes, gsize limit) {
    gssize count;
    do count = recv(socket, bytes, limit, MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count > 0) return count;
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
}

// Sleeps until something can be read of the first two descriptors (-1: leave out), the third was signalled, or, when asked
// for, the first can be written.
static inline void shim_wait(int first, int second, int wake, gboolean is_writing, int milliseconds) {
    struct pollfd watched[3] = {
        {first, (short)(POLLIN | (is_writing ? POLLOUT : 0)), 0}, {second, POLLIN, 0}, {wake, POLLIN, 0}};
    if (poll(watched, 3, milliseconds) > 0 && watched[2].revents != 0) {
        eventfd_t value;
        eventfd_read(wake, &value);
    }
}

// Takes note of the end of a child: TRUE when it ended, with its exit status, or 128 and the signal that ended it.
static inline gboolean shim_child_ended(pid_t pid, int *status) {
    int raw = 0;
    pid_t found;
    do found = waitpid(pid, &raw, WNOHANG);
    while (found < 0 && errno == EINTR);
    if (found == 0) return FALSE;
    *status = found < 0 ? -1 : WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    return TRUE;
}

// To the whole group, and to the child itself in case it has not made its group yet.
static inline void shim_child_signal(pid_t pid, int number) {
    kill(-pid, number);
    kill(pid, number);
}

#endif
