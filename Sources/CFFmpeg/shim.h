#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/aes.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mathematics.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// Function-like macros do not reach Swift: they are named here.
static inline int sluice_averror(int code) { return AVERROR(code); }
static inline int sluice_averror_eof(void) { return AVERROR_EOF; }
static inline int sluice_averror_exit(void) { return AVERROR_EXIT; }
static inline int sluice_averror_invaliddata(void) { return AVERROR_INVALIDDATA; }
static inline int64_t sluice_nopts(void) { return AV_NOPTS_VALUE; }
