// Written by deploy/mavlink-messages.py, which says what the lines mean.
extension MAVLinkTable {
    static let part2 = """
        513 99 RANGING_BEACON Qtime_usec Irange ilat ilon falt Ihacc_est Ivacc_est Irange_accuracy Hbeacon_id
         Hcarrier_freq Btarget_system Btarget_component Balt_type Bsequence Bstatus
        8002 218 SENS_POWER fadc121_vspb_volt fadc121_cspb_amp fadc121_cs1_amp fadc121_cs2_amp
        8003 231 SENS_MPPT Qmppt_timestamp fmppt1_volt fmppt1_amp fmppt2_volt fmppt2_amp fmppt3_volt fmppt3_amp
         Hmppt1_pwm Hmppt2_pwm Hmppt3_pwm Bmppt1_status Bmppt2_status Bmppt3_status
        8004 172 ASLCTRL_DATA Qtimestamp fh fhRef fhRef_t fPitchAngle fPitchAngleRef fq fqRef fuElev fuThrot
         fuThrot2 fnZ fAirspeedRef fYawAngle fYawAngleRef fRollAngle fRollAngleRef fp fpRef fr frRef fuAil fuRud
         Baslctrl_mode BSpoilersEngaged
        8005 251 ASLCTRL_DEBUG Ii32_1 ff_1 ff_2 ff_3 ff_4 ff_5 ff_6 ff_7 ff_8 Bi8_1 Bi8_2
        8006 97 ASLUAV_STATUS fMotor_rpm BLED_status BSATCOM_status BServo_status:8
        8007 64 EKF_EXT Qtimestamp fWindspeed fWindDir fWindZ fAirspeed fbeta falpha
        8008 234 ASL_OBCTRL Qtimestamp fuElev fuThrot fuThrot2 fuAilL fuAilR fuRud Bobctrl_status
        8009 144 SENS_ATMOS Qtimestamp fTempAmbient fHumidity
        8010 155 SENS_BATMON Qbatmon_timestamp ftemperature Isafetystatus Ioperationstatus Hvoltage hcurrent
         Hbatterystatus Hserialnumber Hcellvoltage1 Hcellvoltage2 Hcellvoltage3 Hcellvoltage4 Hcellvoltage5
         Hcellvoltage6 BSoC
        8011 20 FW_SOARING_DATA Qtimestamp QtimestampModeChanged fxW fxR fxLat fxLon fVarW fVarR fVarLat fVarLon
         fLoiterRadius fLoiterDirection fDistToSoarPoint fvSinkExp fz1_LocalUpdraftSpeed fz2_DeltaRoll fz1_exp
         fz2_exp fThermalGSNorth fThermalGSEast fTSE_dot fDebugVar1 fDebugVar2 BControlMode Bvalid
        8012 54 SENSORPOD_STATUS Qtimestamp Hfree_space Bvisensor_rate_1 Bvisensor_rate_2 Bvisensor_rate_3
         Bvisensor_rate_4 Brecording_nodes_count Bcpu_temp
        8013 222 SENS_POWER_BOARD Qtimestamp fpwr_brd_system_volt fpwr_brd_servo_volt fpwr_brd_digital_volt
         fpwr_brd_mot_l_amp fpwr_brd_mot_r_amp fpwr_brd_analog_amp fpwr_brd_digital_amp fpwr_brd_ext_amp
         fpwr_brd_aux_amp Bpwr_brd_status Bpwr_brd_led_status
        8014 200 GSM_LINK_STATUS Qtimestamp Bgsm_modem_type Bgsm_link_type Brssi Brsrp_rscp Bsinr_ecio Brsrq
        8015 23 SATCOM_LINK_STATUS Qtimestamp Qlast_heartbeat Hfailed_sessions Hsuccessful_sessions Bsignal_quality
         Bring_pending Btx_session_pending Brx_session_pending
        8016 149 SENSOR_AIRFLOW_ANGLES Qtimestamp fangleofattack fsideslip Bangleofattack_valid Bsideslip_valid
        9000 113 WHEEL_DISTANCE Qtime_usec ddistance:16 Bcount
        9005 117 WINCH_STATUS Qtime_usec fline_length fspeed ftension fvoltage fcurrent Istatus htemperature
        10001 209 UAVIONIX_ADSB_OUT_CFG IICAO HstallSpeed scallsign:9 BemitterType BaircraftSize BgpsOffsetLat
         BgpsOffsetLon BrfSelect
        10002 186 UAVIONIX_ADSB_OUT_DYNAMIC IutcTime igpsLat igpsLon igpsAlt ibaroAltMSL IaccuracyHor HaccuracyVert
         HaccuracyVel hvelVert hvelNS hVelEW Hstate Hsquawk BgpsFix BnumSats BemergencyStatus
        10003 4 UAVIONIX_ADSB_TRANSCEIVER_HEALTH_REPORT BrfHealth
        10004 133 UAVIONIX_ADSB_OUT_CFG_REGISTRATION sregistration:9
        10005 103 UAVIONIX_ADSB_OUT_CFG_FLIGHTID sflight_id:9
        10006 193 UAVIONIX_ADSB_GET IReqMessageId
        10007 71 UAVIONIX_ADSB_OUT_CONTROL ibaroAltMSL Hsquawk Bstate BemergencyStatus sflight_id:8 Bx_bit
        10008 240 UAVIONIX_ADSB_OUT_STATUS Hsquawk Bstate BNIC_NACp BboardTemp Bfault sflight_id:8
        10151 195 LOWEHEISER_GOV_EFI fvolt_batt fcurr_batt fcurr_gen fcurr_rot ffuel_level fthrottle Iruntime
         iuntil_maintenance frectifier_temp fgenerator_temp fefi_batt fefi_rpm fefi_pw fefi_fuel_flow
         fefi_fuel_consumed fefi_baro fefi_mat fefi_clt fefi_tps fefi_exhaust_gas_temperature Hgenerator_status
         Hefi_status Befi_index
        11000 134 DEVICE_OP_READ Irequest_id Btarget_system Btarget_component Bbustype Bbus Baddress sbusname:40
         Bregstart Bcount | Bbank
        11001 15 DEVICE_OP_READ_REPLY Irequest_id Bresult Bregstart Bcount Bdata:128 | Bbank
        11002 234 DEVICE_OP_WRITE Irequest_id Btarget_system Btarget_component Bbustype Bbus Baddress sbusname:40
         Bregstart Bcount Bdata:128 | Bbank
        11003 64 DEVICE_OP_WRITE_REPLY Irequest_id Bresult
        11004 11 SECURE_COMMAND Isequence Ioperation Btarget_system Btarget_component Bdata_length Bsig_length
         Bdata:220
        11005 93 SECURE_COMMAND_REPLY Isequence Ioperation Bresult Bdata_length Bdata:220
        11010 46 ADAP_TUNING fdesired fachieved ferror ftheta fomega fsigma ftheta_dot fomega_dot fsigma_dot ff
         ff_dot fu Baxis
        11011 106 VISION_POSITION_DELTA Qtime_usec Qtime_delta_usec fangle_delta:3 fposition_delta:3 fconfidence
        11020 205 AOA_SSA Qtime_usec fAOA fSSA
        11030 144 ESC_TELEMETRY_1_TO_4 Hvoltage:4 Hcurrent:4 Htotalcurrent:4 Hrpm:4 Hcount:4 Btemperature:4
        11031 133 ESC_TELEMETRY_5_TO_8 Hvoltage:4 Hcurrent:4 Htotalcurrent:4 Hrpm:4 Hcount:4 Btemperature:4
        11032 85 ESC_TELEMETRY_9_TO_12 Hvoltage:4 Hcurrent:4 Htotalcurrent:4 Hrpm:4 Hcount:4 Btemperature:4
        11033 195 OSD_PARAM_CONFIG Irequest_id fmin_value fmax_value fincrement Btarget_system Btarget_component
         Bosd_screen Bosd_index sparam_id:16 Bconfig_type
        11034 79 OSD_PARAM_CONFIG_REPLY Irequest_id Bresult
        11035 128 OSD_PARAM_SHOW_CONFIG Irequest_id Btarget_system Btarget_component Bosd_screen Bosd_index
        11036 177 OSD_PARAM_SHOW_CONFIG_REPLY Irequest_id fmin_value fmax_value fincrement Bresult sparam_id:16
         Bconfig_type
        11037 130 OBSTACLE_DISTANCE_3D Itime_boot_ms fx fy fz fmin_distance fmax_distance Hobstacle_id Bsensor_type
         Bframe
        11038 47 WATER_DEPTH Itime_boot_ms ilat ilng falt froll fpitch fyaw fdistance ftemperature Bid Bhealthy
        11039 142 MCU_STATUS hMCU_temperature HMCU_voltage HMCU_voltage_min HMCU_voltage_max Bid
        11040 132 ESC_TELEMETRY_13_TO_16 Hvoltage:4 Hcurrent:4 Htotalcurrent:4 Hrpm:4 Hcount:4 Btemperature:4
        11041 208 ESC_TELEMETRY_17_TO_20 Hvoltage:4 Hcurrent:4 Htotalcurrent:4 Hrpm:4 Hcount:4 Btemperature:4
        11042 201 ESC_TELEMETRY_21_TO_24 Hvoltage:4 Hcurrent:4 Htotalcurrent:4 Hrpm:4 Hcount:4 Btemperature:4
        11043 193 ESC_TELEMETRY_25_TO_28 Hvoltage:4 Hcurrent:4 Htotalcurrent:4 Hrpm:4 Hcount:4 Btemperature:4
        11044 189 ESC_TELEMETRY_29_TO_32 Hvoltage:4 Hcurrent:4 Htotalcurrent:4 Hrpm:4 Hcount:4 Btemperature:4
        11060 162 NAMED_VALUE_STRING Itime_boot_ms sname:10 svalue:64
        12900 114 OPEN_DRONE_ID_BASIC_ID Btarget_system Btarget_component Bid_or_mac:20 Bid_type Bua_type Buas_id:20
        12901 254 OPEN_DRONE_ID_LOCATION ilatitude ilongitude faltitude_barometric faltitude_geodetic fheight
         ftimestamp Hdirection Hspeed_horizontal hspeed_vertical Btarget_system Btarget_component Bid_or_mac:20
         Bstatus Bheight_reference Bhorizontal_accuracy Bvertical_accuracy Bbarometer_accuracy Bspeed_accuracy
         Btimestamp_accuracy
        12902 140 OPEN_DRONE_ID_AUTHENTICATION Itimestamp Btarget_system Btarget_component Bid_or_mac:20
         Bauthentication_type Bdata_page Blast_page_index Blength Bauthentication_data:23
        12903 249 OPEN_DRONE_ID_SELF_ID Btarget_system Btarget_component Bid_or_mac:20 Bdescription_type
         sdescription:23
        12904 77 OPEN_DRONE_ID_SYSTEM ioperator_latitude ioperator_longitude farea_ceiling farea_floor
         foperator_altitude_geo Itimestamp Harea_count Harea_radius Btarget_system Btarget_component Bid_or_mac:20
         Boperator_location_type Bclassification_type Bcategory_eu Bclass_eu
        12905 49 OPEN_DRONE_ID_OPERATOR_ID Btarget_system Btarget_component Bid_or_mac:20 Boperator_id_type
         soperator_id:20
        12915 94 OPEN_DRONE_ID_MESSAGE_PACK Btarget_system Btarget_component Bid_or_mac:20 Bsingle_message_size
         Bmsg_pack_size Bmessages:225
        12918 139 OPEN_DRONE_ID_ARM_STATUS Bstatus serror:50
        12919 7 OPEN_DRONE_ID_SYSTEM_UPDATE ioperator_latitude ioperator_longitude foperator_altitude_geo Itimestamp
         Btarget_system Btarget_component
        12920 20 HYGROMETER_SENSOR htemperature Hhumidity Bid
        17000 103 TEST_TYPES Qu64 qs64 dd Qu64_array:3 qs64_array:3 dd_array:3 Iu32 is32 ff Iu32_array:3
         is32_array:3 ff_array:3 Hu16 hs16 Hu16_array:3 hs16_array:3 sc ss:10 Bu8 bs8 Bu8_array:3 bs8_array:3
        17150 26 ARRAY_TEST_0 Iar_u32:4 Har_u16:4 Bv1 bar_i8:4 Bar_u8:4
        17151 72 ARRAY_TEST_1 Iar_u32:4
        17153 19 ARRAY_TEST_3 Iar_u32:4 Bv
        17154 89 ARRAY_TEST_4 Iar_u32:4 Bv
        17155 27 ARRAY_TEST_5 sc1:5 sc2:5
        17156 14 ARRAY_TEST_6 dar_d:2 Iv3 Iar_u32:2 iar_i32:2 far_f:2 Hv2 Har_u16:2 har_i16:2 Bv1 Bar_u8:2 bar_i8:2
         sar_c:32
        17157 187 ARRAY_TEST_7 dar_d:2 far_f:2 Iar_u32:2 iar_i32:2 Har_u16:2 har_i16:2 Bar_u8:2 bar_i8:2 sar_c:32
        17158 106 ARRAY_TEST_8 dar_d:2 Iv3 Har_u16:2
        42000 227 ICAROUS_HEARTBEAT Bstatus
        42001 239 ICAROUS_KINEMATIC_BANDS fmin1 fmax1 fmin2 fmax2 fmin3 fmax3 fmin4 fmax4 fmin5 fmax5 bnumBands
         Btype1 Btype2 Btype3 Btype4 Btype5
        50001 246 CUBEPILOT_RAW_RC Brc_raw:32
        50002 181 HERELINK_VIDEO_STREAM_INFORMATION fframerate Ibitrate Hresolution_h Hresolution_v Hrotation
         Bcamera_id Bstatus suri:230
        50003 62 HERELINK_TELEM Irf_freq Ilink_bw Ilink_rate hsnr hcpu_temp hboard_temp Brssi
        50004 240 CUBEPILOT_FIRMWARE_UPDATE_START Isize Icrc Btarget_system Btarget_component
        50005 152 CUBEPILOT_FIRMWARE_UPDATE_RESP Ioffset Btarget_system Btarget_component
        52000 13 AIRLINK_AUTH slogin:50 spassword:50
        52001 239 AIRLINK_AUTH_RESPONSE Bresp_type
        60000 4 AUTOPILOT_STATE_FOR_GIMBAL_DEVICE_EXT Qtime_boot_us fwind_x fwind_y fwind_correction_angle
         Btarget_system Btarget_component
        60010 208 STORM32_GIMBAL_MANAGER_INFORMATION Idevice_cap_flags Imanager_cap_flags froll_min froll_max
         fpitch_min fpitch_max fyaw_min fyaw_max Bgimbal_id
        60011 183 STORM32_GIMBAL_MANAGER_STATUS Hdevice_flags Hmanager_flags Bgimbal_id Bsupervisor Bprofile
        60012 99 STORM32_GIMBAL_MANAGER_CONTROL fq:4 fangular_velocity_x fangular_velocity_y fangular_velocity_z
         Hdevice_flags Hmanager_flags Btarget_system Btarget_component Bgimbal_id Bclient
        60013 129 STORM32_GIMBAL_MANAGER_CONTROL_PITCHYAW fpitch fyaw fpitch_rate fyaw_rate Hdevice_flags
         Hmanager_flags Btarget_system Btarget_component Bgimbal_id Bclient
        60014 134 STORM32_GIMBAL_MANAGER_CORRECT_ROLL froll Btarget_system Btarget_component Bgimbal_id Bclient
        60020 202 QSHOT_STATUS Hmode Hshot_state
        60040 156 FRSKY_PASSTHROUGH_ARRAY Itime_boot_ms Bcount Bpacket_buf:240
        60041 191 PARAM_VALUE_ARRAY Hparam_count Hparam_index_first Hflags Bparam_array_len Bpacket_buf:248
        60045 14 MLRS_RADIO_LINK_STATS Hflags Btarget_system Btarget_component Brx_LQ_rc Brx_LQ_ser Brx_rssi1
         brx_snr1 Btx_LQ_ser Btx_rssi1 btx_snr1 Brx_rssi2 brx_snr2 Btx_rssi2 btx_snr2 | ffrequency1 ffrequency2
        60046 171 MLRS_RADIO_LINK_INFORMATION Htx_frame_rate Hrx_frame_rate Htx_ser_data_rate Hrx_ser_data_rate
         Btarget_system Btarget_component Btype Bmode btx_power brx_power smode_str:6 sband_str:6
         Btx_receive_sensitivity Brx_receive_sensitivity
        60047 55 MLRS_RADIO_LINK_FLOW_CONTROL Htx_ser_rate Hrx_ser_rate Btx_used_ser_bandwidth
         Brx_used_ser_bandwidth Btxbuf
        60050 220 AVSS_PRS_SYS_STATUS Itime_boot_ms Ierror_status Ibattery_status Barm_status Bcharge_status
        60051 245 AVSS_DRONE_POSITION Itime_boot_ms ilat ilon ialt fground_alt fbarometer_alt
        60052 101 AVSS_DRONE_IMU Itime_boot_ms fq1 fq2 fq3 fq4 fxacc fyacc fzacc fxgyro fygyro fzgyro
        60053 45 AVSS_DRONE_OPERATION_MODE Itime_boot_ms BM300_operation_mode Bhorsefly_operation_mode
        """
}
