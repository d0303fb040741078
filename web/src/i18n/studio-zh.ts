import type { studioEn } from './studio-en.ts';

/** What the studio (publisher page) says beside the texts of `publisher`, in simplified Chinese. */
export const studioZh: typeof studioEn = {
  both: '两者',
  composition: '屏幕中的摄像头',
  corner: '摄像头位置',
  corners: { 'bottom-right': '右下', 'bottom-left': '左下', 'top-right': '右上', 'top-left': '左上' },
  cameraSize: '摄像头大小',
  cameraSizes: { small: '小', medium: '中', large: '大' },
  hiddenTab: '请让本标签页保持可见（最好单独一个窗口）：隐藏时浏览器每秒最多只绘制一帧画面，声音不受影响。',
  level: '音量',
  countdown: '开播前倒计时 3 秒',
  goingLiveIn: (seconds) => `${seconds} 秒后开播`,
  cancel: '取消',
  viewers: (count) => `${count} 位观众`,
  framesSent: '已发送帧数',
  limit: '受限于',
  limits: { none: '无', cpu: '电脑性能', bandwidth: '上行网速', other: '浏览器' },
  encoder: '改用 OBS 直播',
  encoderHint:
    '在 OBS 30 或更新版本中：设置 → 直播 → 服务选择“WHIP”。关键帧间隔 2 秒，关闭 B 帧（profile 选 baseline 或 tune 选 zerolatency）。',
  server: '服务器',
  bearer: 'Bearer 令牌',
  noBearer: '除非服务器要求，否则 Bearer 令牌留空。',
  noRight: {
    watch: '你可以在此房间观看，但不能开播。开播需要主播令牌。',
    token: '在此房间开播需要令牌，请输入有效的令牌。',
    room: '该令牌不适用于此房间，请检查房间名和令牌。',
  },
  watchInstead: '去观看',
  chat: '聊天',
  openChat: '显示聊天',
};
