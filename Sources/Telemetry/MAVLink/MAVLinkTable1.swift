// Written by deploy/mavlink-messages.py, which says what the lines mean.
extension MAVLinkTable {
    static let part1 = """
        0 50 HEARTBEAT Icustom_mode Btype Bautopilot Bbase_mode Bsystem_status Bmavlink_version
        1 124 SYS_STATUS Ionboard_control_sensors_present Ionboard_control_sensors_enabled
         Ionboard_control_sensors_health Hload Hvoltage_battery hcurrent_battery Hdrop_rate_comm Herrors_comm
         Herrors_count1 Herrors_count2 Herrors_count3 Herrors_count4 bbattery_remaining |
         Ionboard_control_sensors_present_extended Ionboard_control_sensors_enabled_extended
         Ionboard_control_sensors_health_extended
        2 137 SYSTEM_TIME Qtime_unix_usec Itime_boot_ms
        4 237 PING Qtime_usec Iseq Btarget_system Btarget_component
        5 217 CHANGE_OPERATOR_CONTROL Btarget_system Bcontrol_request Bversion spasskey:25
        6 104 CHANGE_OPERATOR_CONTROL_ACK Bgcs_system_id Bcontrol_request Back
        7 119 AUTH_KEY skey:32
        11 89 SET_MODE Icustom_mode Btarget_system Bbase_mode
        20 214 PARAM_REQUEST_READ hparam_index Btarget_system Btarget_component sparam_id:16
        21 159 PARAM_REQUEST_LIST Btarget_system Btarget_component
        22 220 PARAM_VALUE fparam_value Hparam_count Hparam_index sparam_id:16 Bparam_type
        23 168 PARAM_SET fparam_value Btarget_system Btarget_component sparam_id:16 Bparam_type
        24 24 GPS_RAW_INT Qtime_usec ilat ilon ialt Heph Hepv Hvel Hcog Bfix_type Bsatellites_visible |
         ialt_ellipsoid Ih_acc Iv_acc Ivel_acc Ihdg_acc Hyaw
        25 23 GPS_STATUS Bsatellites_visible Bsatellite_prn:20 Bsatellite_used:20 Bsatellite_elevation:20
         Bsatellite_azimuth:20 Bsatellite_snr:20
        26 170 SCALED_IMU Itime_boot_ms hxacc hyacc hzacc hxgyro hygyro hzgyro hxmag hymag hzmag | htemperature
        27 144 RAW_IMU Qtime_usec hxacc hyacc hzacc hxgyro hygyro hzgyro hxmag hymag hzmag | Bid htemperature
        28 67 RAW_PRESSURE Qtime_usec hpress_abs hpress_diff1 hpress_diff2 htemperature
        29 115 SCALED_PRESSURE Itime_boot_ms fpress_abs fpress_diff htemperature | htemperature_press_diff
        30 39 ATTITUDE Itime_boot_ms froll fpitch fyaw frollspeed fpitchspeed fyawspeed
        31 246 ATTITUDE_QUATERNION Itime_boot_ms fq1 fq2 fq3 fq4 frollspeed fpitchspeed fyawspeed | frepr_offset_q:4
        32 185 LOCAL_POSITION_NED Itime_boot_ms fx fy fz fvx fvy fvz
        33 104 GLOBAL_POSITION_INT Itime_boot_ms ilat ilon ialt irelative_alt hvx hvy hvz Hhdg
        34 237 RC_CHANNELS_SCALED Itime_boot_ms hchan1_scaled hchan2_scaled hchan3_scaled hchan4_scaled
         hchan5_scaled hchan6_scaled hchan7_scaled hchan8_scaled Bport Brssi
        35 244 RC_CHANNELS_RAW Itime_boot_ms Hchan1_raw Hchan2_raw Hchan3_raw Hchan4_raw Hchan5_raw Hchan6_raw
         Hchan7_raw Hchan8_raw Bport Brssi
        36 222 SERVO_OUTPUT_RAW Itime_usec Hservo1_raw Hservo2_raw Hservo3_raw Hservo4_raw Hservo5_raw Hservo6_raw
         Hservo7_raw Hservo8_raw Bport | Hservo9_raw Hservo10_raw Hservo11_raw Hservo12_raw Hservo13_raw
         Hservo14_raw Hservo15_raw Hservo16_raw
        37 212 MISSION_REQUEST_PARTIAL_LIST hstart_index hend_index Btarget_system Btarget_component | Bmission_type
        38 9 MISSION_WRITE_PARTIAL_LIST hstart_index hend_index Btarget_system Btarget_component | Bmission_type
        39 254 MISSION_ITEM fparam1 fparam2 fparam3 fparam4 fx fy fz Hseq Hcommand Btarget_system Btarget_component
         Bframe Bcurrent Bautocontinue | Bmission_type
        40 230 MISSION_REQUEST Hseq Btarget_system Btarget_component | Bmission_type
        41 28 MISSION_SET_CURRENT Hseq Btarget_system Btarget_component
        42 28 MISSION_CURRENT Hseq | Htotal Bmission_state Bmission_mode
        43 132 MISSION_REQUEST_LIST Btarget_system Btarget_component | Bmission_type
        44 221 MISSION_COUNT Hcount Btarget_system Btarget_component | Bmission_type
        45 232 MISSION_CLEAR_ALL Btarget_system Btarget_component | Bmission_type
        46 11 MISSION_ITEM_REACHED Hseq
        47 153 MISSION_ACK Btarget_system Btarget_component Btype | Bmission_type
        48 41 SET_GPS_GLOBAL_ORIGIN ilatitude ilongitude ialtitude Btarget_system | Qtime_usec
        49 39 GPS_GLOBAL_ORIGIN ilatitude ilongitude ialtitude | Qtime_usec
        50 78 PARAM_MAP_RC fparam_value0 fscale fparam_value_min fparam_value_max hparam_index Btarget_system
         Btarget_component sparam_id:16 Bparameter_rc_channel_index
        51 196 MISSION_REQUEST_INT Hseq Btarget_system Btarget_component | Bmission_type
        53 3 MISSION_CHECKSUM Ichecksum Bmission_type
        54 15 SAFETY_SET_ALLOWED_AREA fp1x fp1y fp1z fp2x fp2y fp2z Btarget_system Btarget_component Bframe
        55 3 SAFETY_ALLOWED_AREA fp1x fp1y fp1z fp2x fp2y fp2z Bframe
        61 167 ATTITUDE_QUATERNION_COV Qtime_usec fq:4 frollspeed fpitchspeed fyawspeed fcovariance:9
        62 183 NAV_CONTROLLER_OUTPUT fnav_roll fnav_pitch falt_error faspd_error fxtrack_error hnav_bearing
         htarget_bearing Hwp_dist
        63 119 GLOBAL_POSITION_INT_COV Qtime_usec ilat ilon ialt irelative_alt fvx fvy fvz fcovariance:36
         Bestimator_type
        64 191 LOCAL_POSITION_NED_COV Qtime_usec fx fy fz fvx fvy fvz fax fay faz fcovariance:45 Bestimator_type
        65 118 RC_CHANNELS Itime_boot_ms Hchan1_raw Hchan2_raw Hchan3_raw Hchan4_raw Hchan5_raw Hchan6_raw
         Hchan7_raw Hchan8_raw Hchan9_raw Hchan10_raw Hchan11_raw Hchan12_raw Hchan13_raw Hchan14_raw Hchan15_raw
         Hchan16_raw Hchan17_raw Hchan18_raw Bchancount Brssi
        66 148 REQUEST_DATA_STREAM Hreq_message_rate Btarget_system Btarget_component Breq_stream_id Bstart_stop
        67 21 DATA_STREAM Hmessage_rate Bstream_id Bon_off
        69 243 MANUAL_CONTROL hx hy hz hr Hbuttons Btarget | Hbuttons2 Benabled_extensions hs ht haux1 haux2 haux3
         haux4 haux5 haux6
        70 124 RC_CHANNELS_OVERRIDE Hchan1_raw Hchan2_raw Hchan3_raw Hchan4_raw Hchan5_raw Hchan6_raw Hchan7_raw
         Hchan8_raw Btarget_system Btarget_component | Hchan9_raw Hchan10_raw Hchan11_raw Hchan12_raw Hchan13_raw
         Hchan14_raw Hchan15_raw Hchan16_raw Hchan17_raw Hchan18_raw
        73 38 MISSION_ITEM_INT fparam1 fparam2 fparam3 fparam4 ix iy fz Hseq Hcommand Btarget_system
         Btarget_component Bframe Bcurrent Bautocontinue | Bmission_type
        74 20 VFR_HUD fairspeed fgroundspeed falt fclimb hheading Hthrottle
        75 158 COMMAND_INT fparam1 fparam2 fparam3 fparam4 ix iy fz Hcommand Btarget_system Btarget_component Bframe
         Bcurrent Bautocontinue
        76 152 COMMAND_LONG fparam1 fparam2 fparam3 fparam4 fparam5 fparam6 fparam7 Hcommand Btarget_system
         Btarget_component Bconfirmation
        77 143 COMMAND_ACK Hcommand Bresult | Bprogress iresult_param2 Btarget_system Btarget_component
        81 106 MANUAL_SETPOINT Itime_boot_ms froll fpitch fyaw fthrust Bmode_switch Bmanual_override_switch
        82 49 SET_ATTITUDE_TARGET Itime_boot_ms fq:4 fbody_roll_rate fbody_pitch_rate fbody_yaw_rate fthrust
         Btarget_system Btarget_component Btype_mask
        83 22 ATTITUDE_TARGET Itime_boot_ms fq:4 fbody_roll_rate fbody_pitch_rate fbody_yaw_rate fthrust Btype_mask
        84 143 SET_POSITION_TARGET_LOCAL_NED Itime_boot_ms fx fy fz fvx fvy fvz fafx fafy fafz fyaw fyaw_rate
         Htype_mask Btarget_system Btarget_component Bcoordinate_frame
        85 140 POSITION_TARGET_LOCAL_NED Itime_boot_ms fx fy fz fvx fvy fvz fafx fafy fafz fyaw fyaw_rate Htype_mask
         Bcoordinate_frame
        86 5 SET_POSITION_TARGET_GLOBAL_INT Itime_boot_ms ilat_int ilon_int falt fvx fvy fvz fafx fafy fafz fyaw
         fyaw_rate Htype_mask Btarget_system Btarget_component Bcoordinate_frame
        87 150 POSITION_TARGET_GLOBAL_INT Itime_boot_ms ilat_int ilon_int falt fvx fvy fvz fafx fafy fafz fyaw
         fyaw_rate Htype_mask Bcoordinate_frame
        89 231 LOCAL_POSITION_NED_SYSTEM_GLOBAL_OFFSET Itime_boot_ms fx fy fz froll fpitch fyaw
        90 183 HIL_STATE Qtime_usec froll fpitch fyaw frollspeed fpitchspeed fyawspeed ilat ilon ialt hvx hvy hvz
         hxacc hyacc hzacc
        91 63 HIL_CONTROLS Qtime_usec froll_ailerons fpitch_elevator fyaw_rudder fthrottle faux1 faux2 faux3 faux4
         Bmode Bnav_mode
        92 54 HIL_RC_INPUTS_RAW Qtime_usec Hchan1_raw Hchan2_raw Hchan3_raw Hchan4_raw Hchan5_raw Hchan6_raw
         Hchan7_raw Hchan8_raw Hchan9_raw Hchan10_raw Hchan11_raw Hchan12_raw Brssi
        93 47 HIL_ACTUATOR_CONTROLS Qtime_usec Qflags fcontrols:16 Bmode
        100 175 OPTICAL_FLOW Qtime_usec fflow_comp_m_x fflow_comp_m_y fground_distance hflow_x hflow_y Bsensor_id
         Bquality | fflow_rate_x fflow_rate_y
        101 102 GLOBAL_VISION_POSITION_ESTIMATE Qusec fx fy fz froll fpitch fyaw | fcovariance:21 Breset_counter
        102 158 VISION_POSITION_ESTIMATE Qusec fx fy fz froll fpitch fyaw | fcovariance:21 Breset_counter
        103 208 VISION_SPEED_ESTIMATE Qusec fx fy fz | fcovariance:9 Breset_counter
        104 56 VICON_POSITION_ESTIMATE Qusec fx fy fz froll fpitch fyaw | fcovariance:21
        105 93 HIGHRES_IMU Qtime_usec fxacc fyacc fzacc fxgyro fygyro fzgyro fxmag fymag fzmag fabs_pressure
         fdiff_pressure fpressure_alt ftemperature Hfields_updated | Bid
        106 138 OPTICAL_FLOW_RAD Qtime_usec Iintegration_time_us fintegrated_x fintegrated_y fintegrated_xgyro
         fintegrated_ygyro fintegrated_zgyro Itime_delta_distance_us fdistance htemperature Bsensor_id Bquality
        107 108 HIL_SENSOR Qtime_usec fxacc fyacc fzacc fxgyro fygyro fzgyro fxmag fymag fzmag fabs_pressure
         fdiff_pressure fpressure_alt ftemperature Ifields_updated | Bid
        108 32 SIM_STATE fq1 fq2 fq3 fq4 froll fpitch fyaw fxacc fyacc fzacc fxgyro fygyro fzgyro flat flon falt
         fstd_dev_horz fstd_dev_vert fvn fve fvd | ilat_int ilon_int
        109 185 RADIO_STATUS Hrxerrors Hfixed Brssi Bremrssi Btxbuf Bnoise Bremnoise
        110 84 FILE_TRANSFER_PROTOCOL Btarget_network Btarget_system Btarget_component Bpayload:251
        111 34 TIMESYNC qtc1 qts1
        112 174 CAMERA_TRIGGER Qtime_usec Iseq
        113 124 HIL_GPS Qtime_usec ilat ilon ialt Heph Hepv Hvel hvn hve hvd Hcog Bfix_type Bsatellites_visible |
         Bid Hyaw
        114 237 HIL_OPTICAL_FLOW Qtime_usec Iintegration_time_us fintegrated_x fintegrated_y fintegrated_xgyro
         fintegrated_ygyro fintegrated_zgyro Itime_delta_distance_us fdistance htemperature Bsensor_id Bquality
        115 4 HIL_STATE_QUATERNION Qtime_usec fattitude_quaternion:4 frollspeed fpitchspeed fyawspeed ilat ilon ialt
         hvx hvy hvz Hind_airspeed Htrue_airspeed hxacc hyacc hzacc
        116 76 SCALED_IMU2 Itime_boot_ms hxacc hyacc hzacc hxgyro hygyro hzgyro hxmag hymag hzmag | htemperature
        117 128 LOG_REQUEST_LIST Hstart Hend Btarget_system Btarget_component
        118 56 LOG_ENTRY Itime_utc Isize Hid Hnum_logs Hlast_log_num
        119 116 LOG_REQUEST_DATA Iofs Icount Hid Btarget_system Btarget_component
        120 134 LOG_DATA Iofs Hid Bcount Bdata:90
        121 237 LOG_ERASE Btarget_system Btarget_component
        122 203 LOG_REQUEST_END Btarget_system Btarget_component
        123 250 GPS_INJECT_DATA Btarget_system Btarget_component Blen Bdata:110
        124 87 GPS2_RAW Qtime_usec ilat ilon ialt Idgps_age Heph Hepv Hvel Hcog Bfix_type Bsatellites_visible
         Bdgps_numch | Hyaw ialt_ellipsoid Ih_acc Iv_acc Ivel_acc Ihdg_acc
        125 203 POWER_STATUS HVcc HVservo Hflags
        126 220 SERIAL_CONTROL Ibaudrate Htimeout Bdevice Bflags Bcount Bdata:70
        127 25 GPS_RTK Itime_last_baseline_ms Itow ibaseline_a_mm ibaseline_b_mm ibaseline_c_mm Iaccuracy
         iiar_num_hypotheses Hwn Brtk_receiver_id Brtk_health Brtk_rate Bnsats Bbaseline_coords_type
        128 226 GPS2_RTK Itime_last_baseline_ms Itow ibaseline_a_mm ibaseline_b_mm ibaseline_c_mm Iaccuracy
         iiar_num_hypotheses Hwn Brtk_receiver_id Brtk_health Brtk_rate Bnsats Bbaseline_coords_type
        129 46 SCALED_IMU3 Itime_boot_ms hxacc hyacc hzacc hxgyro hygyro hzgyro hxmag hymag hzmag | htemperature
        130 29 DATA_TRANSMISSION_HANDSHAKE Isize Hwidth Hheight Hpackets Btype Bpayload Bjpg_quality
        131 223 ENCAPSULATED_DATA Hseqnr Bdata:253
        132 85 DISTANCE_SENSOR Itime_boot_ms Hmin_distance Hmax_distance Hcurrent_distance Btype Bid Borientation
         Bcovariance | fhorizontal_fov fvertical_fov fquaternion:4 Bsignal_quality
        133 6 TERRAIN_REQUEST Qmask ilat ilon Hgrid_spacing
        134 229 TERRAIN_DATA ilat ilon Hgrid_spacing hdata:16 Bgridbit
        135 203 TERRAIN_CHECK ilat ilon
        136 1 TERRAIN_REPORT ilat ilon fterrain_height fcurrent_height Hspacing Hpending Hloaded
        137 195 SCALED_PRESSURE2 Itime_boot_ms fpress_abs fpress_diff htemperature | htemperature_press_diff
        138 109 ATT_POS_MOCAP Qtime_usec fq:4 fx fy fz | fcovariance:21
        139 168 SET_ACTUATOR_CONTROL_TARGET Qtime_usec fcontrols:8 Bgroup_mlx Btarget_system Btarget_component
        140 181 ACTUATOR_CONTROL_TARGET Qtime_usec fcontrols:8 Bgroup_mlx
        141 47 ALTITUDE Qtime_usec faltitude_monotonic faltitude_amsl faltitude_local faltitude_relative
         faltitude_terrain fbottom_clearance
        142 72 RESOURCE_REQUEST Brequest_id Buri_type Buri:120 Btransfer_type Bstorage:120
        143 131 SCALED_PRESSURE3 Itime_boot_ms fpress_abs fpress_diff htemperature | htemperature_press_diff
        144 127 FOLLOW_TARGET Qtimestamp Qcustom_state ilat ilon falt fvel:3 facc:3 fattitude_q:4 frates:3
         fposition_cov:3 Best_capabilities
        146 103 CONTROL_SYSTEM_STATE Qtime_usec fx_acc fy_acc fz_acc fx_vel fy_vel fz_vel fx_pos fy_pos fz_pos
         fairspeed fvel_variance:3 fpos_variance:3 fq:4 froll_rate fpitch_rate fyaw_rate
        147 154 BATTERY_STATUS icurrent_consumed ienergy_consumed htemperature Hvoltages:10 hcurrent_battery Bid
         Bbattery_function Btype bbattery_remaining | itime_remaining Bcharge_state Hvoltages_ext:4 Bmode
         Ifault_bitmask
        148 178 AUTOPILOT_VERSION Qcapabilities Quid Iflight_sw_version Imiddleware_sw_version Ios_sw_version
         Iboard_version Hvendor_id Hproduct_id Bflight_custom_version:8 Bmiddleware_custom_version:8
         Bos_custom_version:8 | Buid2:18
        149 200 LANDING_TARGET Qtime_usec fangle_x fangle_y fdistance fsize_x fsize_y Btarget_num Bframe | fx fy fz
         fq:4 Btype Bposition_valid
        150 134 SENSOR_OFFSETS fmag_declination iraw_press iraw_temp fgyro_cal_x fgyro_cal_y fgyro_cal_z
         faccel_cal_x faccel_cal_y faccel_cal_z hmag_ofs_x hmag_ofs_y hmag_ofs_z
        151 219 SET_MAG_OFFSETS hmag_ofs_x hmag_ofs_y hmag_ofs_z Btarget_system Btarget_component
        152 208 MEMINFO Hbrkval Hfreemem | Ifreemem32
        153 188 AP_ADC Hadc1 Hadc2 Hadc3 Hadc4 Hadc5 Hadc6
        154 84 DIGICAM_CONFIGURE fextra_value Hshutter_speed Btarget_system Btarget_component Bmode Baperture Biso
         Bexposure_type Bcommand_id Bengine_cut_off Bextra_param
        155 22 DIGICAM_CONTROL fextra_value Btarget_system Btarget_component Bsession Bzoom_pos bzoom_step
         Bfocus_lock Bshot Bcommand_id Bextra_param
        156 19 MOUNT_CONFIGURE Btarget_system Btarget_component Bmount_mode Bstab_roll Bstab_pitch Bstab_yaw
        157 21 MOUNT_CONTROL iinput_a iinput_b iinput_c Btarget_system Btarget_component Bsave_position
        158 134 MOUNT_STATUS ipointing_a ipointing_b ipointing_c Btarget_system Btarget_component | Bmount_mode
        160 78 FENCE_POINT flat flng Btarget_system Btarget_component Bidx Bcount
        161 68 FENCE_FETCH_POINT Btarget_system Btarget_component Bidx
        162 189 FENCE_STATUS Ibreach_time Hbreach_count Bbreach_status Bbreach_type | Bbreach_mitigation
        163 127 AHRS fomegaIx fomegaIy fomegaIz faccel_weight frenorm_val ferror_rp ferror_yaw
        164 154 SIMSTATE froll fpitch fyaw fxacc fyacc fzacc fxgyro fygyro fzgyro ilat ilng
        165 21 HWSTATUS HVcc BI2Cerr
        166 21 RADIO Hrxerrors Hfixed Brssi Bremrssi Btxbuf Bnoise Bremnoise
        167 144 LIMITS_STATUS Ilast_trigger Ilast_action Ilast_recovery Ilast_clear Hbreach_count Blimits_state
         Bmods_enabled Bmods_required Bmods_triggered
        168 1 WIND fdirection fspeed fspeed_z
        169 234 DATA16 Btype Blen Bdata:16
        170 73 DATA32 Btype Blen Bdata:32
        171 181 DATA64 Btype Blen Bdata:64
        172 22 DATA96 Btype Blen Bdata:96
        173 83 RANGEFINDER fdistance fvoltage
        174 167 AIRSPEED_AUTOCAL fvx fvy fvz fdiff_pressure fEAS2TAS fratio fstate_x fstate_y fstate_z fPax fPby
         fPcz
        175 138 RALLY_POINT ilat ilng halt hbreak_alt Hland_dir Btarget_system Btarget_component Bidx Bcount Bflags
        176 234 RALLY_FETCH_POINT Btarget_system Btarget_component Bidx
        177 240 COMPASSMOT_STATUS fcurrent fCompensationX fCompensationY fCompensationZ Hthrottle Hinterference
        178 47 AHRS2 froll fpitch fyaw faltitude ilat ilng
        179 189 CAMERA_STATUS Qtime_usec fp1 fp2 fp3 fp4 Himg_idx Btarget_system Bcam_idx Bevent_id
        180 52 CAMERA_FEEDBACK Qtime_usec ilat ilng falt_msl falt_rel froll fpitch fyaw ffoc_len Himg_idx
         Btarget_system Bcam_idx Bflags | Hcompleted_captures
        181 174 BATTERY2 Hvoltage hcurrent_battery
        182 229 AHRS3 froll fpitch fyaw faltitude ilat ilng fv1 fv2 fv3 fv4
        183 85 AUTOPILOT_VERSION_REQUEST Btarget_system Btarget_component
        184 159 REMOTE_LOG_DATA_BLOCK Iseqno Btarget_system Btarget_component Bdata:200
        185 186 REMOTE_LOG_BLOCK_STATUS Iseqno Btarget_system Btarget_component Bstatus
        186 72 LED_CONTROL Btarget_system Btarget_component Binstance Bpattern Bcustom_len Bcustom_bytes:24
        191 92 MAG_CAL_PROGRESS fdirection_x fdirection_y fdirection_z Bcompass_id Bcal_mask Bcal_status Battempt
         Bcompletion_pct Bcompletion_mask:10
        192 36 MAG_CAL_REPORT ffitness fofs_x fofs_y fofs_z fdiag_x fdiag_y fdiag_z foffdiag_x foffdiag_y foffdiag_z
         Bcompass_id Bcal_mask Bcal_status Bautosaved | forientation_confidence Bold_orientation Bnew_orientation
         fscale_factor
        193 71 EKF_STATUS_REPORT fvelocity_variance fpos_horiz_variance fpos_vert_variance fcompass_variance
         fterrain_alt_variance Hflags | fairspeed_variance
        194 98 PID_TUNING fdesired fachieved fFF fP fI fD Baxis | fSRate fPDmod
        195 120 DEEPSTALL ilanding_lat ilanding_lon ipath_lat ipath_lon iarc_entry_lat iarc_entry_lon faltitude
         fexpected_travel_distance fcross_track_error Bstage
        200 134 GIMBAL_REPORT fdelta_time fdelta_angle_x fdelta_angle_y fdelta_angle_z fdelta_velocity_x
         fdelta_velocity_y fdelta_velocity_z fjoint_roll fjoint_el fjoint_az Btarget_system Btarget_component
        201 205 GIMBAL_CONTROL fdemanded_rate_x fdemanded_rate_y fdemanded_rate_z Btarget_system Btarget_component
        214 69 GIMBAL_TORQUE_CMD_REPORT hrl_torque_cmd hel_torque_cmd haz_torque_cmd Btarget_system
         Btarget_component
        215 101 GOPRO_HEARTBEAT Bstatus Bcapture_mode Bflags
        216 50 GOPRO_GET_REQUEST Btarget_system Btarget_component Bcmd_id
        217 202 GOPRO_GET_RESPONSE Bcmd_id Bstatus Bvalue:4
        218 17 GOPRO_SET_REQUEST Btarget_system Btarget_component Bcmd_id Bvalue:4
        219 162 GOPRO_SET_RESPONSE Bcmd_id Bstatus
        220 34 NAV_FILTER_BIAS Qusec faccel_0 faccel_1 faccel_2 fgyro_0 fgyro_1 fgyro_2
        221 71 RADIO_CALIBRATION Haileron:3 Helevator:3 Hrudder:3 Hgyro:2 Hpitch:5 Hthrottle:5
        222 15 UALBERTA_SYS_STATUS Bmode Bnav_mode Bpilot
        223 119 COMMAND_INT_STAMPED Qvehicle_timestamp Iutc_time fparam1 fparam2 fparam3 fparam4 ix iy fz Hcommand
         Btarget_system Btarget_component Bframe Bcurrent Bautocontinue
        224 102 COMMAND_LONG_STAMPED Qvehicle_timestamp Iutc_time fparam1 fparam2 fparam3 fparam4 fparam5 fparam6
         fparam7 Hcommand Btarget_system Btarget_component Bconfirmation
        225 208 EFI_STATUS fecu_index frpm ffuel_consumed ffuel_flow fengine_load fthrottle_position
         fspark_dwell_time fbarometric_pressure fintake_manifold_pressure fintake_manifold_temperature
         fcylinder_head_temperature fignition_timing finjection_time fexhaust_gas_temperature fthrottle_out
         fpt_compensation Bhealth | fignition_voltage ffuel_pressure
        226 207 RPM frpm1 frpm2
        230 163 ESTIMATOR_STATUS Qtime_usec fvel_ratio fpos_horiz_ratio fpos_vert_ratio fmag_ratio fhagl_ratio
         ftas_ratio fpos_horiz_accuracy fpos_vert_accuracy Hflags
        231 105 WIND_COV Qtime_usec fwind_x fwind_y fwind_z fvar_horiz fvar_vert fwind_alt fhoriz_accuracy
         fvert_accuracy
        232 151 GPS_INPUT Qtime_usec Itime_week_ms ilat ilon falt fhdop fvdop fvn fve fvd fspeed_accuracy
         fhoriz_accuracy fvert_accuracy Hignore_flags Htime_week Bgps_id Bfix_type Bsatellites_visible | Hyaw
        233 35 GPS_RTCM_DATA Bflags Blen Bdata:180
        234 150 HIGH_LATENCY Icustom_mode ilatitude ilongitude hroll hpitch Hheading hheading_sp haltitude_amsl
         haltitude_sp Hwp_distance Bbase_mode Blanded_state bthrottle Bairspeed Bairspeed_sp Bgroundspeed
         bclimb_rate Bgps_nsat Bgps_fix_type Bbattery_remaining btemperature btemperature_air Bfailsafe Bwp_num
        235 179 HIGH_LATENCY2 Itimestamp ilatitude ilongitude Hcustom_mode haltitude htarget_altitude
         Htarget_distance Hwp_num Hfailure_flags Btype Bautopilot Bheading Btarget_heading Bthrottle Bairspeed
         Bairspeed_sp Bgroundspeed Bwindspeed Bwind_heading Beph Bepv btemperature_air bclimb_rate bbattery bcustom0
         bcustom1 bcustom2
        241 90 VIBRATION Qtime_usec fvibration_x fvibration_y fvibration_z Iclipping_0 Iclipping_1 Iclipping_2
        242 104 HOME_POSITION ilatitude ilongitude ialtitude fx fy fz fq:4 fapproach_x fapproach_y fapproach_z |
         Qtime_usec
        243 85 SET_HOME_POSITION ilatitude ilongitude ialtitude fx fy fz fq:4 fapproach_x fapproach_y fapproach_z
         Btarget_system | Qtime_usec
        244 95 MESSAGE_INTERVAL iinterval_us Hmessage_id
        245 130 EXTENDED_SYS_STATE Bvtol_state Blanded_state
        246 184 ADSB_VEHICLE IICAO_address ilat ilon ialtitude Hheading Hhor_velocity hver_velocity Hflags Hsquawk
         Baltitude_type scallsign:9 Bemitter_type Btslc
        247 81 COLLISION Iid ftime_to_minimum_delta faltitude_minimum_delta fhorizontal_minimum_delta Bsrc Baction
         Bthreat_level
        248 8 V2_EXTENSION Hmessage_type Btarget_network Btarget_system Btarget_component Bpayload:249
        249 204 MEMORY_VECT Haddress Bver Btype bvalue:32
        250 49 DEBUG_VECT Qtime_usec fx fy fz sname:10
        251 170 NAMED_VALUE_FLOAT Itime_boot_ms fvalue sname:10
        252 44 NAMED_VALUE_INT Itime_boot_ms ivalue sname:10
        253 83 STATUSTEXT Bseverity stext:50 | Hid Bchunk_seq
        254 46 DEBUG Itime_boot_ms fvalue Bind
        256 71 SETUP_SIGNING Qinitial_timestamp Btarget_system Btarget_component Bsecret_key:32
        257 131 BUTTON_CHANGE Itime_boot_ms Ilast_change_ms Bstate
        258 187 PLAY_TUNE Btarget_system Btarget_component stune:30 | stune2:200
        259 92 CAMERA_INFORMATION Itime_boot_ms Ifirmware_version ffocal_length fsensor_size_h fsensor_size_v Iflags
         Hresolution_h Hresolution_v Hcam_definition_version Bvendor_name:32 Bmodel_name:32 Blens_id
         scam_definition_uri:140 | Bgimbal_device_id Bcamera_device_id
        260 146 CAMERA_SETTINGS Itime_boot_ms Bmode_id | fzoomLevel ffocusLevel Bcamera_device_id
        261 179 STORAGE_INFORMATION Itime_boot_ms ftotal_capacity fused_capacity favailable_capacity fread_speed
         fwrite_speed Bstorage_id Bstorage_count Bstatus | Btype sname:32 Bstorage_usage
        262 12 CAMERA_CAPTURE_STATUS Itime_boot_ms fimage_interval Irecording_time_ms favailable_capacity
         Bimage_status Bvideo_status | iimage_count Bcamera_device_id
        263 133 CAMERA_IMAGE_CAPTURED Qtime_utc Itime_boot_ms ilat ilon ialt irelative_alt fq:4 iimage_index
         Bcamera_id bcapture_result sfile_url:205
        264 49 FLIGHT_INFORMATION Qarming_time_utc Qtakeoff_time_utc Qflight_uuid Itime_boot_ms | Ilanding_time
        265 26 MOUNT_ORIENTATION Itime_boot_ms froll fpitch fyaw | fyaw_absolute
        266 193 LOGGING_DATA Hsequence Btarget_system Btarget_component Blength Bfirst_message_offset Bdata:249
        267 35 LOGGING_DATA_ACKED Hsequence Btarget_system Btarget_component Blength Bfirst_message_offset Bdata:249
        268 14 LOGGING_ACK Hsequence Btarget_system Btarget_component
        269 109 VIDEO_STREAM_INFORMATION fframerate Ibitrate Hflags Hresolution_h Hresolution_v Hrotation Hhfov
         Bstream_id Bcount Btype sname:32 suri:160 | Bencoding Bcamera_device_id
        270 59 VIDEO_STREAM_STATUS fframerate Ibitrate Hflags Hresolution_h Hresolution_v Hrotation Hhfov Bstream_id
         | Bcamera_device_id
        271 22 CAMERA_FOV_STATUS Itime_boot_ms ilat_camera ilon_camera ialt_camera ilat_image ilon_image ialt_image
         fq:4 fhfov fvfov | Bcamera_device_id
        275 126 CAMERA_TRACKING_IMAGE_STATUS fpoint_x fpoint_y fradius frec_top_x frec_top_y frec_bottom_x
         frec_bottom_y Btracking_status Btracking_mode Btarget_data | Bcamera_device_id
        276 18 CAMERA_TRACKING_GEO_STATUS ilat ilon falt fh_acc fv_acc fvel_n fvel_e fvel_d fvel_acc fdist fhdg
         fhdg_acc Btracking_status | Bcamera_device_id
        277 62 CAMERA_THERMAL_RANGE Itime_boot_ms fmax fmax_point_x fmax_point_y fmin fmin_point_x fmin_point_y
         Bstream_id Bcamera_device_id
        280 70 GIMBAL_MANAGER_INFORMATION Itime_boot_ms Icap_flags froll_min froll_max fpitch_min fpitch_max
         fyaw_min fyaw_max Bgimbal_device_id
        281 48 GIMBAL_MANAGER_STATUS Itime_boot_ms Iflags Bgimbal_device_id Bprimary_control_sysid
         Bprimary_control_compid Bsecondary_control_sysid Bsecondary_control_compid
        282 123 GIMBAL_MANAGER_SET_ATTITUDE Iflags fq:4 fangular_velocity_x fangular_velocity_y fangular_velocity_z
         Btarget_system Btarget_component Bgimbal_device_id
        283 74 GIMBAL_DEVICE_INFORMATION Quid Itime_boot_ms Ifirmware_version Ihardware_version froll_min froll_max
         fpitch_min fpitch_max fyaw_min fyaw_max Hcap_flags Hcustom_cap_flags svendor_name:32 smodel_name:32
         scustom_name:32 | Bgimbal_device_id Icap_flags2
        284 99 GIMBAL_DEVICE_SET_ATTITUDE fq:4 fangular_velocity_x fangular_velocity_y fangular_velocity_z Hflags
         Btarget_system Btarget_component
        285 137 GIMBAL_DEVICE_ATTITUDE_STATUS Itime_boot_ms fq:4 fangular_velocity_x fangular_velocity_y
         fangular_velocity_z Ifailure_flags Hflags Btarget_system Btarget_component | fdelta_yaw fdelta_yaw_velocity
         Bgimbal_device_id
        286 210 AUTOPILOT_STATE_FOR_GIMBAL_DEVICE Qtime_boot_us fq:4 Iq_estimated_delay_us fvx fvy fvz
         Iv_estimated_delay_us ffeed_forward_angular_velocity_z Hestimator_status Btarget_system Btarget_component
         Blanded_state | fangular_velocity_z
        287 1 GIMBAL_MANAGER_SET_PITCHYAW Iflags fpitch fyaw fpitch_rate fyaw_rate Btarget_system Btarget_component
         Bgimbal_device_id
        288 20 GIMBAL_MANAGER_SET_MANUAL_CONTROL Iflags fpitch fyaw fpitch_rate fyaw_rate Btarget_system
         Btarget_component Bgimbal_device_id
        295 234 AIRSPEED fairspeed fraw_press htemperature Bid Bflags
        296 158 GLOBAL_POSITION_SENSOR Qtime_usec Iprocessing_time ilat ilon falt_ellipsoid falt feph fepv
         Btarget_system Btarget_component Bid Bsource Bflags
        299 19 WIFI_CONFIG_AP sssid:32 spassword:64
        301 243 AIS_VESSEL IMMSI ilat ilon HCOG Hheading Hvelocity Hdimension_bow Hdimension_stern Htslc Hflags
         bturn_rate Bnavigational_status Btype Bdimension_port Bdimension_starboard scallsign:7 sname:20
        310 28 UAVCAN_NODE_STATUS Qtime_usec Iuptime_sec Hvendor_specific_status_code Bhealth Bmode Bsub_mode
        311 95 UAVCAN_NODE_INFO Qtime_usec Iuptime_sec Isw_vcs_commit sname:80 Bhw_version_major Bhw_version_minor
         Bhw_unique_id:16 Bsw_version_major Bsw_version_minor
        320 243 PARAM_EXT_REQUEST_READ hparam_index Btarget_system Btarget_component sparam_id:16
        321 88 PARAM_EXT_REQUEST_LIST Btarget_system Btarget_component
        322 243 PARAM_EXT_VALUE Hparam_count Hparam_index sparam_id:16 sparam_value:128 Bparam_type
        323 78 PARAM_EXT_SET Btarget_system Btarget_component sparam_id:16 sparam_value:128 Bparam_type
        324 132 PARAM_EXT_ACK sparam_id:16 sparam_value:128 Bparam_type Bparam_result
        330 23 OBSTACLE_DISTANCE Qtime_usec Hdistances:72 Hmin_distance Hmax_distance Bsensor_type Bincrement |
         fincrement_f fangle_offset Bframe
        331 91 ODOMETRY Qtime_usec fx fy fz fq:4 fvx fvy fvz frollspeed fpitchspeed fyawspeed fpose_covariance:21
         fvelocity_covariance:21 Bframe_id Bchild_frame_id | Breset_counter Bestimator_type bquality
        332 236 TRAJECTORY_REPRESENTATION_WAYPOINTS Qtime_usec fpos_x:5 fpos_y:5 fpos_z:5 fvel_x:5 fvel_y:5 fvel_z:5
         facc_x:5 facc_y:5 facc_z:5 fpos_yaw:5 fvel_yaw:5 Hcommand:5 Bvalid_points
        333 231 TRAJECTORY_REPRESENTATION_BEZIER Qtime_usec fpos_x:5 fpos_y:5 fpos_z:5 fdelta:5 fpos_yaw:5
         Bvalid_points
        335 225 ISBD_LINK_STATUS Qtimestamp Qlast_heartbeat Hfailed_sessions Hsuccessful_sessions Bsignal_quality
         Bring_pending Btx_session_pending Brx_session_pending
        339 199 RAW_RPM ffrequency Bindex
        340 99 UTM_GLOBAL_POSITION Qtime ilat ilon ialt irelative_alt inext_lat inext_lon inext_alt hvx hvy hvz
         Hh_acc Hv_acc Hvel_acc Hupdate_rate Buas_id:18 Bflight_state Bflags
        345 209 PARAM_ERROR hparam_index Btarget_system Btarget_component sparam_id:16 Berror
        350 232 DEBUG_FLOAT_ARRAY Qtime_usec Harray_id sname:10 | fdata:58
        360 11 ORBIT_EXECUTION_STATUS Qtime_usec fradius ix iy fz Bframe
        370 75 SMART_BATTERY_INFO icapacity_full_specification icapacity_full Hcycle_count Hweight
         Hdischarge_minimum_voltage Hcharging_minimum_voltage Hresting_minimum_voltage Bid Bbattery_function Btype
         sserial_number:16 sdevice_name:50 | Hcharging_maximum_voltage Bcells_in_series Idischarge_maximum_current
         Idischarge_maximum_burst_current smanufacture_date:11
        373 117 GENERATOR_STATUS Qstatus fbattery_current fload_current fpower_generated fbus_voltage
         fbat_current_setpoint Iruntime itime_until_maintenance Hgenerator_speed hrectifier_temperature
         hgenerator_temperature
        375 251 ACTUATOR_OUTPUT_STATUS Qtime_usec Iactive factuator:32
        376 199 RELAY_STATUS Itime_boot_ms Hon Hpresent
        385 147 TUNNEL Hpayload_type Btarget_system Btarget_component Bpayload_length Bpayload:128
        386 132 CAN_FRAME Iid Btarget_system Btarget_component Bbus Blen Bdata:8
        387 4 CANFD_FRAME Iid Btarget_system Btarget_component Bbus Blen Bdata:64
        388 8 CAN_FILTER_MODIFY Hids:16 Btarget_system Btarget_component Bbus Boperation Bnum_ids
        390 156 ONBOARD_COMPUTER_STATUS Qtime_usec Iuptime Iram_usage Iram_total Istorage_type:4 Istorage_usage:4
         Istorage_total:4 Ilink_type:6 Ilink_tx_rate:6 Ilink_rx_rate:6 Ilink_tx_max:6 Ilink_rx_max:6 hfan_speed:4
         Btype Bcpu_cores:8 Bcpu_combined:10 Bgpu_cores:4 Bgpu_combined:10 btemperature_board btemperature_core:8 |
         Hstatus_flags
        420 20 RADIO_RC_CHANNELS Itime_last_update_ms Hflags Btarget_system Btarget_component Bcount | hchannels:32
        435 134 AVAILABLE_MODES Icustom_mode Iproperties Bnumber_modes Bmode_index Bstandard_mode smode_name:35
        436 193 CURRENT_MODE Icustom_mode Iintended_custom_mode Bstandard_mode
        437 30 AVAILABLE_MODES_MONITOR Bseq
        441 169 GNSS_INTEGRITY Isystem_errors Hraim_hfom Hraim_vfom Bid Bauthentication_state Bjamming_state
         Bspoofing_state Braim_state Bcorrections_quality Bsystem_status_summary Bgnss_signal_quality
         Bpost_processing_quality
        """
}
